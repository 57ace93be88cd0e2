extension Group {
    /// In the order of `virsh help`.
    package static let all: [Group] = [
        .domain,
        .monitor,
        .events,
        .host,
        .checkpoint,
        .interface,
        .filter,
        .network,
        .nodeDevice,
        .secret,
        .snapshot,
        .backup,
        .pool,
        .volume,
        .virsh,
    ]
}
