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
