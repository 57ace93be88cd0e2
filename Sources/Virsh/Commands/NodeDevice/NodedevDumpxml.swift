import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdNodeDeviceDumpXML` in virsh-nodedev.c.
    static let nodedevDumpxml = Command(
        "nodedev-dumpxml", .host, help: "print the XML of a device of the host"
    ) { options in
        let device = options.nodeDevice()
        let inactive = options.flag(
            "inactive", "the persistent configuration", since: .init(10, 1))
        let (xpath, wrap) = options.xpath()

        return { shell, given in
            let name = try given[device]
            let xpath = try given[xpath]
            let device = try shell.nodeDevice(name)
            try shell.print(
                xml: device.xml(inactive: given[inactive]), xpath: xpath, wrap: given[wrap])
        }
    }
}
