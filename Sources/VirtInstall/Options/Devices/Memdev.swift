extension InstallOption {
    /// virt-install 4.1.0: `ParserMemdev`.
    static let memdev = InstallOption(
        "memdev", .device("memory"), first: ["model"], sharing: [.clearXML, .xpath, .device]
    ) { xml in
        xml.option("model", at: "@model")
        xml.option("access", at: "@access")
        xml.option("discard", at: "@discard", .yesNo)
        xml.option("uuid", at: "uuid")
        xml.option("target.size", "target_size", at: "target/size", .mebibytes)
        xml.option("target.node", "target_node", at: "target/node", .integer)
        xml.option(
            "target.label_size", "target_label_size", at: "target/label/size", .mebibytes)
        xml.option("target.block", at: "target/block", .integer)
        xml.option("target.current", at: "target/current", .integer)
        xml.option("target.requested", at: "target/requested", .integer)
        xml.option("target.readonly", at: "target/readonly", .presence)
        xml.option("source.pagesize", "source_pagesize", at: "source/pagesize", .integer)
        xml.option("source.path", "source_path", at: "source/path")
        xml.option("source.nodemask", "source_nodemask", at: "source/nodemask", commas: true)
        xml.option("source.pmem", at: "source/pmem", .presence)
        xml.option("source.alignsize", at: "source/alignsize", .mebibytes)
    }
}
