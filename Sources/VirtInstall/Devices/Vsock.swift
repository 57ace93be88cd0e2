extension InstallOption {
    static let vsock = InstallOption(
        "vsock", at: "devices/vsock", makes: true, first: ["model"], ignoresNone: false,
        sharing: [.clearXML, .xpath, .device, .virtio],
        table: """
            model @model nodefault
            cid.auto|auto_cid cid/@auto yesno
            cid.address|cid cid/@address int
            """)
}
