import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdNodeDeviceDefine` in virsh-nodedev.c.
    static let nodedevDefine = fromFile(
        "nodedev-define", .never, help: "define a device of the host without starting it",
        failing: { "Failed to define node device from '\($0)'" },
        making: { (connection, xml, validate) throws(LibvirtError) in
            try connection.defineNodeDevice(xml: xml, validate: validate)
        },
        saying: { _, device, path in
            "Node device '\(try device.name())' defined from '\(path)'"
        })
}
