extension InstallOption {
    static let redirdev = InstallOption(
        "redirdev", at: "devices/redirdev", makes: true, first: ["bus"], ignoresNone: false,
        sharing: [.clearXML, .xpath, .device, .bootOrder],
        table: """
            bus @bus nodefault
            type @type nodefault
            server - call
            source.path source/@path
            source.host source/@host call
            source.service source/@service int
            source.bind_host source[@mode='bind']/@host call
            source.bind_service source[@mode='bind']/@service int
            source.connect_host source[@mode='connect']/@host call
            source.connect_service source[@mode='connect']/@service int
            source.mode source/@mode
            source.master source/@master
            source.slave source/@slave
            source.seclabel#.model source/seclabel#/@model
            source.seclabel#.relabel source/seclabel#/@relabel yesno
            source.seclabel#.label source/seclabel#/label comma
            protocol.type protocol/@type
            log.file log/@file
            log.append log/@append onoff
            source.clipboard.copypaste source/clipboard/@copypaste yesno
            source.mouse.mode source/mouse/@mode
            source.channel source/@channel
            source.tls source/@tls yesno
            """)
}
