extension InstallOption {
    static let memballoon = InstallOption(
        "memballoon", at: "devices/memballoon", makes: true, first: ["model"], ignoresNone: false,
        sharing: [.clearXML, .xpath, .device, .virtio],
        table: """
            model @model nodefault
            autodeflate @autodeflate onoff
            stats.period stats/@period int
            freePageReporting @freePageReporting onoff
            """)
}
