extension InstallOption {
    /// virt-install 4.1.0: `ParserEvents`.
    static let events = InstallOption("events", .guest, sharing: .clearXML) { xml in
        xml.option("on_poweroff", at: "on_poweroff", roles: .allowed)
        xml.option("on_reboot", at: "on_reboot", roles: .allowed)
        xml.option("on_crash", at: "on_crash", roles: .allowed)
        xml.option("on_lockfailure", at: "on_lockfailure", roles: .refused)
    }
}
