extension Group {
    static let virsh = Group(
        "Virsh itself", "virsh",
        [
            .cd,
            .echo,
            .exit,
            .help,
            .pwd,
            .quit,
            .selfTest,
            .complete,
            .connect,
        ])
}
