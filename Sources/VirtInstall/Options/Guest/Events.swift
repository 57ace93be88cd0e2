extension InstallOption {
    static let events = InstallOption(
        "events", sharing: .clearXML,
        table: """
            on_poweroff on_poweroff
            on_reboot on_reboot
            on_crash on_crash
            on_lockfailure on_lockfailure
            """)
}
