import Libvirt
import Policy
import XML

extension Command {
    /// virsh 9.0.0: `cmdInterfaceUnbridge` in virsh-interface.c.
    static let ifaceUnbridge = Command(
        "iface-unbridge", .never, help: "detach the interface from a bridge and remove the bridge"
    ) { options in
        let bridge = options.data("bridge", "the bridge's name")
        let noStart = options.flag("no-start", "do not start the interface")

        return { shell, given in
            let bridgeName = try given[bridge]
            let bridge = try shell.interface(bridgeName, by: .name)
            let document = try shell.configuration(of: bridge, named: bridgeName)
            let name = try unbridged(document.root, bridgeName)
            try shell.explaining("Failed to destroy bridge interface \(bridgeName)") {
                () throws(LibvirtError) in try bridge.destroy()
            }
            try shell.explaining("Failed to undefine bridge interface \(bridgeName)") {
                () throws(LibvirtError) in try bridge.undefine()
            }
            let connection = try shell.connection
            let interface = try shell.explaining("Failed to define new interface \(name)") {
                () throws(LibvirtError) in
                try connection.defineInterface(xml: document.serialized())
            }
            shell.printExtra("Device \(name) un-attached from bridge \(bridgeName)\n")
            guard try !given[noStart] else { return }
            try shell.explaining("Failed to start interface \(name)") {
                () throws(LibvirtError) in try interface.start()
            }
            shell.printExtra("Interface \(name) started\n")
        }
    }
}

/// Changes the XML of a bridge to that of the only interface in it. Returns the interface's name.
private func unbridged(_ root: Node, _ bridgeName: String) throws -> String {
    guard let type = root["type"] else {
        throw CommandFailure("Existing device \(bridgeName) has no type")
    }
    guard type == "bridge" else { throw CommandFailure("Device \(bridgeName) is not a bridge") }
    try root.checkInterfaceName(bridgeName)
    guard try !root.nodes("./bridge").isEmpty else {
        throw CommandFailure("No bridge node in xml document")
    }
    guard try root.nodes("./bridge/interface[2]").isEmpty else {
        throw CommandFailure("Multiple interfaces attached to bridge")
    }
    guard let inner = try root.nodes("./bridge/interface").first else {
        throw CommandFailure("No interface attached to bridge")
    }
    guard let name = inner["name"] else {
        throw CommandFailure("Device attached to bridge \(bridgeName) has no name")
    }
    guard let innerType = inner["type"] else {
        throw CommandFailure("Attached device \(name) has no type")
    }
    root.set("type", to: innerType)
    root.set("name", to: name)
    inner.moveDevice(to: root)
    return name
}
