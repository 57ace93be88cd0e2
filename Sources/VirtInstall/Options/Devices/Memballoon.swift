extension InstallOption {
    /// virt-install 4.1.0: `ParserMemballoon`.
    static let memballoon = InstallOption(
        "memballoon", .device("memballoon"), first: ["model"], none: .value,
        sharing: [.clearXML, .xpath, .device, .virtio]
    ) { xml in
        xml.option("model", at: "@model", otherwise: "virtio", roles: .allowed)
        xml.option("autodeflate", at: "@autodeflate", .onOff, roles: .refused)
        xml.option("stats.period", at: "stats/@period", .integer, roles: .allowed)
        xml.option("freePageReporting", at: "@freePageReporting", .onOff, roles: .refused)
    }
}
