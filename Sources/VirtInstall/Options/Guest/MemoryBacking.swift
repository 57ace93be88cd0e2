extension InstallOption {
    /// virt-install 4.1.0: `ParserMemoryBacking`.
    static let memorybacking = InstallOption(
        "memorybacking", .part("memoryBacking"), sharing: [.clearXML, .xpath]
    ) { xml in
        xml.option("hugepages", at: "hugepages", .presence, roles: .refused)
        xml.option("hugepages.page#.size", "size", at: "hugepages/page#/@size", roles: .refused)
        xml.option("hugepages.page#.unit", "unit", at: "hugepages/page#/@unit", roles: .refused)
        xml.option(
            "hugepages.page#.nodeset", "nodeset", at: "hugepages/page#/@nodeset", commas: true,
            roles: .refused)
        xml.option("nosharepages", at: "nosharepages", .presence, roles: .refused)
        xml.option("locked", at: "locked", .presence, roles: .refused)
        xml.option("access.mode", "access_mode", at: "access/@mode", roles: .refused)
        xml.option("source.type", "source_type", at: "source/@type", roles: .refused)
        xml.option("discard", at: "discard", .presence, roles: .refused)
        xml.option("allocation.mode", at: "allocation/@mode", roles: .refused)
        xml.option("allocation.threads", at: "allocation/@threads", .integer, roles: .refused)
    }
}
