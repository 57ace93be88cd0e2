extension InstallOption {
    /// virt-install 4.1.0: `ParserKeyWrap`.
    static let keywrap = InstallOption(
        "keywrap", .part("keywrap"), sharing: [.clearXML, .xpath]
    ) { xml in
        xml.option("cipher#.name", at: "cipher#/@name", commas: true, roles: .refused)
        xml.option("cipher#.state", at: "cipher#/@state", commas: true, roles: .refused)
    }
}
