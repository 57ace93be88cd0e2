extension Group {
    /// In the order of `virsh help`.
    package static let all: [Group] = [
        .domain, .monitor, .virsh,
    ]
}
