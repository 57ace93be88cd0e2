import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdInterfaceName` in virsh-interface.c.
    static let ifaceName = Command(
        "iface-name", .host, help: "print the name of an interface of the host"
    ) { options in
        let interface = options.interface("MAC address of the interface")

        return { shell, given in
            let interface = try shell.interface(given[interface], by: .mac)
            shell.print("\(try interface.name())\n")
        }
    }
}
