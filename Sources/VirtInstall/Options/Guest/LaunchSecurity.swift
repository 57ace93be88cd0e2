extension InstallOption {
    static let launchSecurity = InstallOption(
        "launchSecurity", at: "launchSecurity", first: ["type"], sharing: [.clearXML, .xpath],
        table: """
            type @type
            cbitpos cbitpos int
            reducedPhysBits reducedPhysBits int
            policy policy
            session session
            dhCert dhCert
            kernelHashes @kernelHashes yesno
            """)
}
