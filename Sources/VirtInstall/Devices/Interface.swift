extension InstallOption {
    static let network = InstallOption(
        "network", at: "devices/interface", makes: true, first: ["type"], ignoresNone: false,
        sharing: [.clearXML, .xpath, .device, .bootOrder, .loadParameter, .virtio],
        table: """
            model model/@type call
            mac mac/@address call
            network - call
            bridge - call
            type @type call
            trustGuestRxFilters @trustGuestRxFilters yesno
            source - call
            source.mode|source_mode source/@mode
            source.type|source_type source/@type
            source.path|source_path source/@path
            source.portgroup|portgroup source/@portgroup
            target.dev|target target/@dev
            model.type|model model/@type
            mac.address|mac mac/@address call
            filterref.filter|filterref filterref/@filter
            link.state|link_state link/@state call
            driver.name|driver_name driver/@name
            driver.queues|driver_queues driver/@queues int
            rom.file|rom_file rom/@file
            rom.bar|rom_bar rom/@bar onoff
            mtu.size mtu/@size int
            virtualport.type|virtualport_type virtualport/@type
            virtualport.parameters.managerid|virtualport_managerid virtualport/parameters/@managerid int
            virtualport.parameters.typeid|virtualport_typeid virtualport/parameters/@typeid int
            virtualport.parameters.typeidversion|virtualport_typeidversion virtualport/parameters/@typeidversion int
            virtualport.parameters.instanceid|virtualport_instanceid virtualport/parameters/@instanceid
            virtualport.parameters.profileid|virtualport_profileid virtualport/parameters/@profileid
            virtualport.parameters.interfaceid|virtualport_interfaceid virtualport/parameters/@interfaceid
            """)
}
