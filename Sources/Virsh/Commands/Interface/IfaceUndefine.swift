import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdInterfaceUndefine` in virsh-interface.c.
    static let ifaceUndefine = Command(
        "iface-undefine", .never, help: "remove the definition of an interface"
    ) { options in
        let interface = options.interface()

        return { shell, given in
            let name = try given[interface]
            let interface = try shell.interface(name)
            try shell.explaining("Failed to undefine interface \(name)") {
                () throws(LibvirtError) in try interface.undefine()
            }
            shell.printExtra("Interface \(name) undefined")
        }
    }
}
