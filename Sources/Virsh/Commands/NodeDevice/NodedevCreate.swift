import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdNodeDeviceCreate` in virsh-nodedev.c.
    static let nodedevCreate = fromFile(
        "nodedev-create", .never, help: "create a transient device, which has no definition",
        failing: { "Failed to create node device from \($0)" },
        making: { (connection, xml, validate) throws(LibvirtError) in
            try connection.createNodeDevice(xml: xml, validate: validate)
        },
        saying: { _, device, path in
            "Node device \(try device.name()) created from \(path)"
        })
}
