extension InstallOption {
    static let audio = InstallOption(
        "audio", at: "devices/audio", makes: true, sharing: [.clearXML, .xpath],
        table: """
            type @type
            id @id
            """)
}
