import XML

extension InstallOption {
    /// virt-install 4.1.0: `ParserSmartcard`.
    static let smartcard = InstallOption(
        "smartcard", .device("smartcard"), first: ["mode"], sharing: [.clearXML, .xpath, .device]
    ) { xml in
        xml.option("mode", at: "@mode", otherwise: "passthrough", roles: .refused)
        xml.option(
            "type", at: "@type",
            otherwise: .computed { device, _ in
                device["mode"] == "passthrough" ? "spicevmc" : "tcp"
            }, roles: .refused)
        xml.boundSource()
        xml.connectedSource()
        xml.otherSource()
        xml.option("database", at: "database", commas: true, roles: .refused)
        xml.option("certificate#", at: "certificate#", commas: true, roles: .refused)
    }
}
