extension InstallOption {
    static let hostdev = InstallOption(
        "hostdev", at: "devices/hostdev", makes: true, first: ["name"],
        sharing: [.clearXML, .xpath, .device, .bootOrder],
        table: """
            type @type
            name - call
            driver.name|driver_name driver/@name
            rom.bar|rom_bar rom/@bar onoff
            """)
}
