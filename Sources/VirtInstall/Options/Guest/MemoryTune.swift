extension InstallOption {
    static let memtune = InstallOption(
        "memtune", at: "memtune", first: ["soft_limit"], sharing: [.clearXML, .xpath],
        table: """
            hard_limit hard_limit int
            soft_limit soft_limit int
            swap_hard_limit swap_hard_limit int
            min_guarantee min_guarantee int
            """)
}
