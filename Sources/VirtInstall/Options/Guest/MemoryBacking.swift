extension InstallOption {
    /// virt-install 4.1.0: `ParserMemoryBacking`.
    static let memorybacking = InstallOption(
        "memorybacking", .part("memoryBacking"), sharing: [.clearXML, .xpath]
    ) { xml in
        xml.option("hugepages", at: "hugepages", .presence)
        xml.option("hugepages.page#.size", "size", at: "hugepages/page#/@size")
        xml.option("hugepages.page#.unit", "unit", at: "hugepages/page#/@unit")
        xml.option(
            "hugepages.page#.nodeset", "nodeset", at: "hugepages/page#/@nodeset", commas: true)
        xml.option("nosharepages", at: "nosharepages", .presence)
        xml.option("locked", at: "locked", .presence)
        xml.option("access.mode", "access_mode", at: "access/@mode")
        xml.option("source.type", "source_type", at: "source/@type")
        xml.option("discard", at: "discard", .presence)
        xml.option("allocation.mode", at: "allocation/@mode")
        xml.option("allocation.threads", at: "allocation/@threads", .integer)
    }
}
