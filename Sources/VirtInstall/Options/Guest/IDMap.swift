extension InstallOption {
    /// virt-install 4.1.0: `ParserIdmap`.
    static let idmap = InstallOption("idmap", .part("idmap"), sharing: [.clearXML, .xpath]) { xml in
        xml.option("uid.start", "uid_start", at: "uid/@start", .integer, roles: .refused)
        xml.option("uid.target", "uid_target", at: "uid/@target", .integer, roles: .refused)
        xml.option("uid.count", "uid_count", at: "uid/@count", .integer, roles: .refused)
        xml.option("gid.start", "gid_start", at: "gid/@start", .integer, roles: .refused)
        xml.option("gid.target", "gid_target", at: "gid/@target", .integer, roles: .refused)
        xml.option("gid.count", "gid_count", at: "gid/@count", .integer, roles: .refused)
    }
}
