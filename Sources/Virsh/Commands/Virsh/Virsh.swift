extension Group {
    static let virsh = Group(
        "Virsh itself", "virsh",
        [
            .help
        ])
}
