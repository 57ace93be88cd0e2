extension InstallOption {
    static let sound = InstallOption(
        "sound", at: "devices/sound", makes: true, first: ["model"], ignoresNone: false,
        sharing: [.clearXML, .xpath, .device], prepare: prepareSound,
        table: """
            model @model nodefault
            audio.id audio/@id
            codec#.type codec#/@type
            """)
}

private func prepareSound(_ run: OptionRun) throws -> Bool {
    guard run.text != "none" else {
        run.guest.without.sound = true
        return false
    }
    return true
}
