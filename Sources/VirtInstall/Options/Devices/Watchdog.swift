extension InstallOption {
    /// virt-install 4.1.0: `ParserWatchdog`.
    static let watchdog = InstallOption(
        "watchdog", .device("watchdog"), first: ["model"], sharing: [.clearXML, .xpath, .device]
    ) { xml in
        xml.option("model", at: "@model", otherwise: "i6300esb", roles: .allowed)
        xml.option("action", at: "@action", otherwise: "reset", roles: .allowed)
    }
}
