import InstallMedia

extension InstallOption {
    /// virt-install 5.1.0: `ParserPstore`.
    static let pstore = InstallOption(
        "pstore", .device("pstore"), sharing: [.clearXML, .xpath], since: .v51
    ) { xml in
        xml.option("backend", at: "@backend", roles: .refused)
        xml.option("path", at: "path", roles: .refused)
        xml.option("size", at: "size", .integer, roles: .refused)
    }
}
