extension InstallOption {
    static let rng = InstallOption(
        "rng", at: "devices/rng", makes: true, first: ["backend.model"], ignoresNone: false,
        sharing: [.clearXML, .xpath, .device, .virtio],
        table: """
            type backend/@model call
            device backend[@model='random'] call
            model @model
            backend backend[@model='random']
            backend.model backend/@model
            backend.type|backend_type backend/@type
            backend.source.path backend/source/@path
            backend.source.host|backend_host backend/source/@host call
            backend.source.service|backend_service backend/source/@service int
            backend.source.bind_host backend/source[@mode='bind']/@host call
            backend.source.bind_service backend/source[@mode='bind']/@service int
            backend.source.connect_host|backend_connect_host backend/source[@mode='connect']/@host call
            backend.source.connect_service|backend_connect_service backend/source[@mode='connect']/@service int
            backend.source.mode|backend_mode backend/source/@mode
            backend.source.master backend/source/@master
            backend.source.slave backend/source/@slave
            backend.source.seclabel#.model backend/source/seclabel#/@model
            backend.source.seclabel#.relabel backend/source/seclabel#/@relabel yesno
            backend.source.seclabel#.label backend/source/seclabel#/label comma
            backend.protocol.type backend/protocol/@type
            backend.log.file backend/log/@file
            backend.log.append backend/log/@append onoff
            backend.source.clipboard.copypaste backend/source/clipboard/@copypaste yesno
            backend.source.mouse.mode backend/source/mouse/@mode
            backend.source.channel backend/source/@channel
            backend.source.tls backend/source/@tls yesno
            rate.bytes|rate_bytes rate/@bytes
            rate.period|rate_period rate/@period
            """)
}
