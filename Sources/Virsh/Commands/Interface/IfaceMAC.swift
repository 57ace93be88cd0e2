import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdInterfaceMAC` in virsh-interface.c.
    static let ifaceMAC = Command(
        "iface-mac", .host, help: "print the MAC address of an interface of the host"
    ) { options in
        let interface = options.interface("interface name")

        return { shell, given in
            let interface = try shell.interface(given[interface], by: .name)
            let mac = shell.attempt { () throws(LibvirtError) in try interface.mac() }
            shell.print("\(mac ?? "(null)")\n")  // virsh passes NULL to printf
        }
    }
}
