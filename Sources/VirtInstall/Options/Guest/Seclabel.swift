extension InstallOption {
    /// virt-install 4.1.0: `ParserSeclabel`.
    static let seclabel = InstallOption(
        "seclabel", .newElement("seclabel"), sharing: [.clearXML, .xpath]
    ) { xml in
        xml.option("type", at: "@type")
        xml.option("model", at: "@model")
        xml.option("relabel", at: "@relabel", .yesNo)
        xml.option("label", at: "label", commas: true)
        xml.option("baselabel", at: "baselabel", commas: true)
    }
}
