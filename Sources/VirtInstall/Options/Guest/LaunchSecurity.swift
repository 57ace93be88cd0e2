import InstallMedia

extension InstallOption {
    /// virt-install 4.1.0: `ParserLaunchSecurity`.
    static let launchSecurity = InstallOption(
        "launchSecurity", .part("launchSecurity"), first: ["type"], sharing: [.clearXML, .xpath]
    ) { xml in
        xml.option("type", at: "@type", roles: .refused)
        xml.option("cbitpos", at: "cbitpos", .integer, roles: .refused)
        xml.option("reducedPhysBits", at: "reducedPhysBits", .integer, roles: .refused)
        xml.option("policy", at: "policy", roles: .refused)
        xml.option("session", at: "session", roles: .refused)
        xml.option("dhCert", at: "dhCert", roles: .refused)
        xml.since(.v50) { xml in
            for name in ["guestVisibleWorkarounds", "idBlock", "idAuth", "hostData"] {
                xml.option(name, at: name, roles: .refused)
            }
        }
        xml.option("kernelHashes", at: "@kernelHashes", .yesNo, roles: .refused)
        xml.since(.v50) { xml in
            xml.option("authorKey", at: "@authorKey", .yesNo, roles: .refused)
            xml.option("vcek", at: "@vcek", .yesNo, roles: .refused)
        }
        xml.since(.v51) { xml in
            for name in ["mrConfigId", "mrOwner", "mrOwnerConfig"] {
                xml.option(name, at: name, roles: .refused)
            }
            xml.option(
                "quoteGenerationService", at: "quoteGenerationService", .presence, roles: .refused)
            xml.option(
                "quoteGenerationSocket", at: "quoteGenerationService/@path", roles: .refused)
        }
    }
}
