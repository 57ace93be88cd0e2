extension Group {
    static let host = Group(
        "Host and Hypervisor", "host",
        [
            .capabilities,
            .hostname,
            .nodeinfo,
            .uri,
            .version,
        ])
}
