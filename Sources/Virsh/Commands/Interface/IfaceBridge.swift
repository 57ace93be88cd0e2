import Libvirt
import Policy
import XML

extension Command {
    /// virsh 9.0.0: `cmdInterfaceBridge` in virsh-interface.c.
    static let ifaceBridge = Command(
        "iface-bridge", .never, help: "create a bridge and attach an interface of the host to it"
    ) { options in
        let interface = options.interface("interface name")
        let bridge = options.data("bridge", "the new bridge's name")
        let noSTP = options.flag("no-stp", "disable the spanning tree protocol")
        let delay = options.number(
            "delay", "seconds until a new port forwards traffic", as: .uint32)
        let noStart = options.flag("no-start", "do not start the bridge")

        return { shell, given in
            let name = try given[interface]
            let interface = try shell.interface(name, by: .name)
            let bridgeName = try given[bridge]
            let connection = try shell.connection
            // Usually this lookup fails. virsh keeps its error, so a later failure without a new
            // one ends with it.
            let existing = shell.tolerating { () throws(LibvirtError) in
                try connection.interface(name: bridgeName)
            }
            guard existing == nil else {
                throw CommandFailure("Network device \(bridgeName) already exists")
            }
            let isSTP = try !given[noSTP]
            let delay = try given[delay] ?? 0
            let document = try shell.configuration(of: interface, named: name)
            try bridged(
                document.root, name, in: bridgeName, stp: isSTP,
                delay: Int32(bitPattern: delay))
            let newBridge = try shell.explaining(
                "Failed to define new bridge interface \(bridgeName)"
            ) {
                () throws(LibvirtError) in
                try connection.defineInterface(xml: document.serialized())
            }
            shell.printExtra("Created bridge \(bridgeName) with attached device \(name)\n")
            guard try !given[noStart] else { return }
            try shell.explaining("Failed to start bridge interface \(bridgeName)") {
                () throws(LibvirtError) in try newBridge.start()
            }
            shell.printExtra("Bridge interface \(bridgeName) started\n")
        }
    }
}

/// Changes the XML of an interface to that of a bridge that contains it.
private func bridged(
    _ root: Node, _ name: String, in bridgeName: String, stp: Bool, delay: Int32
) throws(CommandFailure) {
    guard let type = root["type"] else {
        throw CommandFailure("Existing device \(name) has no type")
    }
    guard type != "bridge" else {
        throw CommandFailure("Existing device \(name) is already a bridge")
    }
    try root.checkInterfaceName(name)
    guard let bridge = root.appendChild("bridge") else {
        throw CommandFailure("Failed to create bridge node in xml document")
    }
    bridge.set("stp", to: stp ? "on" : "off")
    if stp { bridge.set("delay", to: "\(delay)") }
    root.set("type", to: "bridge")
    root.set("name", to: bridgeName)
    guard let inner = bridge.appendChild("interface") else {
        throw CommandFailure("Failed to create interface node under bridge node in xml document")
    }
    inner.set("type", to: type)
    inner.set("name", to: name)
    root.moveDevice(to: inner)
}
