import XML

extension InstallOption {
    /// virt-install 4.1.0: `ParserVsock`.
    static let vsock = InstallOption(
        "vsock", .device("vsock"), first: ["model"], none: .value,
        sharing: [.clearXML, .xpath, .device, .virtio]
    ) { xml in
        xml.option("model", at: "@model", otherwise: "virtio", roles: .refused)
        xml.option("cid.auto", "auto_cid", at: "cid/@auto", .yesNo, roles: .refused)
        xml.option("cid.address", "cid", at: "cid/@address", .integer, roles: .refused)
        xml.defaults { device, _ in
            if !device.has("cid/@address") { device.setIfMissing("cid/@auto", "yes") }
        }
    }
}
