extension Group {
    static let host = Group(
        "Host and Hypervisor", "host",
        [
            .allocpages,
            .capabilities,
            .cpuBaseline,
            .cpuCompare,
            .cpuModels,
            .domcapabilities,
            .freecell,
            .freepages,
            .hostname,
            .hypervisorCPUBaseline,
            .hypervisorCPUCompare,
            .hypervisorCPUModels,
            .maxvcpus,
            .nodeMemoryTune,
            .nodecpumap,
            .nodecpustats,
            .nodeinfo,
            .nodememstats,
            .nodesevinfo,
            .nodesuspend,
            .sysinfo,
            .uri,
            .version,
        ])
}
