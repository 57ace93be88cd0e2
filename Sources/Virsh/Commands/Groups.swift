extension Group {
    /// In the order of `virsh help`.
    package static let all: [Group] = [
        .domain, .monitor, .network, .snapshot, .pool, .volume, .virsh,
    ]
}
