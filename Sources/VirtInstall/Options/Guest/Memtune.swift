extension InstallOption {
    /// virt-install 4.1.0: `ParserMemtune`.
    static let memtune = InstallOption(
        "memtune", .part("memtune"), first: ["soft_limit"], sharing: [.clearXML, .xpath]
    ) { xml in
        xml.option("hard_limit", at: "hard_limit", .integer, roles: .refused)
        xml.option("soft_limit", at: "soft_limit", .integer, roles: .refused)
        xml.option("swap_hard_limit", at: "swap_hard_limit", .integer, roles: .refused)
        xml.option("min_guarantee", at: "min_guarantee", .integer, roles: .refused)
    }
}
