extension InstallOption {
    /// virt-install 4.1.0: `ParserResource`.
    static let resource = InstallOption(
        "resource", .part("resource"), first: ["partition"], sharing: [.clearXML, .xpath]
    ) { xml in
        xml.option("partition", at: "partition", roles: .refused)
        xml.option("fibrechannel.appid", at: "fibrechannel/@appid", commas: true, roles: .refused)
    }
}
