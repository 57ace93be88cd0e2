extension InstallOption {
    /// virt-install 4.1.0: `ParserNumatune`.
    static let numatune = InstallOption(
        "numatune", .part("numatune"), first: ["nodeset"], sharing: [.clearXML, .xpath]
    ) { xml in
        xml.option(
            "memory.nodeset", "nodeset", at: "memory/@nodeset", commas: true, roles: .refused)
        xml.option("memory.mode", "mode", at: "memory/@mode", roles: .refused)
        xml.option("memory.placement", at: "memory/@placement", roles: .refused)
        xml.option(
            "memnode#.cellid", at: "memnode#/@cellid", .integer, commas: true, roles: .refused)
        xml.option("memnode#.mode", at: "memnode#/@mode", roles: .refused)
        xml.option("memnode#.nodeset", at: "memnode#/@nodeset", commas: true, roles: .refused)
    }
}
