extension InstallOption {
    static let sound = InstallOption(
        "sound", at: "devices/sound", makes: true, first: ["model"], ignoresNone: false,
        sharing: [.clearXML, .xpath, .device],
        table: """
            model @model nodefault
            audio.id audio/@id
            codec#.type codec#/@type
            """)
}
