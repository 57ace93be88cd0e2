extension InstallOption {
    /// virt-install 4.1.0: `ParserSeclabel`.
    static let seclabel = InstallOption(
        "seclabel", .newElement("seclabel"), sharing: [.clearXML, .xpath]
    ) { xml in
        xml.option("type", at: "@type", roles: .refused)
        xml.option("model", at: "@model", roles: .refused)
        xml.option("relabel", at: "@relabel", .yesNo, roles: .refused)
        xml.option("label", at: "label", commas: true, roles: .refused)
        xml.option("baselabel", at: "baselabel", commas: true, roles: .refused)
    }
}
