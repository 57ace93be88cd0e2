extension InstallOption {
    static let input = InstallOption(
        "input", at: "devices/input", makes: true, first: ["type"],
        sharing: [.clearXML, .xpath, .device, .virtio],
        table: """
            type @type nodefault
            bus @bus nodefault
            model @model
            source.evdev source/@evdev
            source.dev source/@dev
            source.repeat source/@repeat onoff
            source.grab source/@grab
            source.grabToggle source/@grabToggle
            """)
}
