extension InstallOption {
    /// virt-install 4.1.0: `ParserMemballoon`.
    static let memballoon = InstallOption(
        "memballoon", .device("memballoon"), first: ["model"], none: .value,
        sharing: [.clearXML, .xpath, .device, .virtio]
    ) { xml in
        xml.option("model", at: "@model", otherwise: "virtio")
        xml.option("autodeflate", at: "@autodeflate", .onOff)
        xml.option("stats.period", at: "stats/@period", .integer)
        xml.option("freePageReporting", at: "@freePageReporting", .onOff)
    }
}
