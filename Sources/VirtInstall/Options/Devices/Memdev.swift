import InstallMedia

extension InstallOption {
    /// virt-install 4.1.0: `ParserMemdev`.
    static let memdev = InstallOption(
        "memdev", .device("memory"), first: ["model"], sharing: [.clearXML, .xpath, .device]
    ) { xml in
        xml.option("model", at: "@model", roles: .refused)
        xml.option("access", at: "@access", roles: .refused)
        xml.option("discard", at: "@discard", .yesNo, roles: .refused)
        xml.option("uuid", at: "uuid", roles: .refused)
        xml.option("target.size", "target_size", at: "target/size", .mebibytes, roles: .refused)
        xml.option("target.node", "target_node", at: "target/node", .integer, roles: .refused)
        xml.option(
            "target.label_size", "target_label_size", at: "target/label/size", .mebibytes,
            roles: .refused)
        xml.option("target.block", at: "target/block", .integer, roles: .refused)
        xml.option("target.current", at: "target/current", .integer, roles: .refused)
        xml.option("target.requested", at: "target/requested", .integer, roles: .refused)
        xml.option("target.readonly", at: "target/readonly", .presence, roles: .refused)
        xml.since(.v50) { xml in
            xml.option("target.address_base", at: "target/address/@base", roles: .refused)
        }
        xml.option(
            "source.pagesize", "source_pagesize", at: "source/pagesize", .integer, roles: .refused)
        xml.option("source.path", "source_path", at: "source/path", roles: .refused)
        xml.option(
            "source.nodemask", "source_nodemask", at: "source/nodemask", commas: true,
            roles: .refused)
        xml.option("source.pmem", at: "source/pmem", .presence, roles: .refused)
        xml.option("source.alignsize", at: "source/alignsize", .mebibytes, roles: .refused)
        xml.since(.v51) { xml in
            xml.option("target.dynamicMemslots", at: "target/@dynamicMemslots", roles: .refused)
        }
    }
}
