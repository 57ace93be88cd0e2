extension InstallOption {
    static let watchdog = InstallOption(
        "watchdog", .device("watchdog"), first: ["model"], sharing: [.clearXML, .xpath, .device]
    ) { xml in
        xml.option("model", at: "@model", otherwise: "i6300esb")
        xml.option("action", at: "@action", otherwise: "reset")
    }
}
