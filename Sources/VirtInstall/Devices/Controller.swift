extension InstallOption {
    static let controller = InstallOption(
        "controller", at: "devices/controller", makes: true, first: ["type"],
        sharing: [.clearXML, .xpath, .device, .virtio],
        table: """
            type @type
            model @model
            index @index int
            maxGrantFrames @maxGrantFrames int
            vectors @vectors int
            master.startport|master master/@startport int
            driver.iothread driver/@iothread int
            driver.queues|driver_queues driver/@queues int
            target.chassisNr target/@chassisNr int
            target.chassis target/@chassis int
            target.port target/@port int
            target.hotplug target/@hotplug
            target.busNr target/@busNr int
            target.index target/@index int
            target.node target/node int
            address - call
            num_pcie_root_ports - call
            """)
}
