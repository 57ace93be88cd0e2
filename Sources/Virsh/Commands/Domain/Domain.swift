extension Group {
    static let domain = Group(
        "Domain Management", "domain",
        [
            .domid
        ])
}
