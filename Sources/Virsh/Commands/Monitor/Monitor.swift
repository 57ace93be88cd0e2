extension Group {
    static let monitor = Group(
        "Domain Monitoring", "monitor",
        [
            .domstate
        ])
}
