extension InstallOption {
    static let watchdog = InstallOption(
        "watchdog", at: "devices/watchdog", makes: true, first: ["model"],
        sharing: [.clearXML, .xpath, .device],
        table: """
            model @model nodefault
            action @action nodefault
            """)
}
