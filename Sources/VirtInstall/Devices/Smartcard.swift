extension InstallOption {
    static let smartcard = InstallOption(
        "smartcard", at: "devices/smartcard", makes: true, first: ["mode"],
        sharing: [.clearXML, .xpath, .device], take: takeCharacterSource,
        table: """
            mode @mode nodefault
            type @type nodefault
            \(characterSource)
            database database comma
            certificate# certificate# comma
            """)
}
