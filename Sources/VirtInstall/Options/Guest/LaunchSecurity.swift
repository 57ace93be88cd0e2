extension InstallOption {
    /// virt-install 4.1.0: `ParserLaunchSecurity`.
    static let launchSecurity = InstallOption(
        "launchSecurity", .part("launchSecurity"), first: ["type"], sharing: [.clearXML, .xpath]
    ) { xml in
        xml.option("type", at: "@type")
        xml.option("cbitpos", at: "cbitpos", .integer)
        xml.option("reducedPhysBits", at: "reducedPhysBits", .integer)
        xml.option("policy", at: "policy")
        xml.option("session", at: "session")
        xml.option("dhCert", at: "dhCert")
        xml.option("kernelHashes", at: "@kernelHashes", .yesNo)
    }
}
