extension InstallOption {
    /// virt-install 4.1.0: `ParserIdmap`.
    static let idmap = InstallOption("idmap", .part("idmap"), sharing: [.clearXML, .xpath]) { xml in
        xml.option("uid.start", "uid_start", at: "uid/@start", .integer)
        xml.option("uid.target", "uid_target", at: "uid/@target", .integer)
        xml.option("uid.count", "uid_count", at: "uid/@count", .integer)
        xml.option("gid.start", "gid_start", at: "gid/@start", .integer)
        xml.option("gid.target", "gid_target", at: "gid/@target", .integer)
        xml.option("gid.count", "gid_count", at: "gid/@count", .integer)
    }
}
