import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdInterfaceStart` in virsh-interface.c.
    static let ifaceStart = Command(
        "iface-start", .never, help: "start an interface of the host"
    ) { options in
        let interface = options.interface()

        return { shell, given in
            let name = try given[interface]
            let interface = try shell.interface(name)
            try shell.explaining("Failed to start interface \(name)") {
                () throws(LibvirtError) in try interface.start()
            }
            shell.printExtra("Interface \(name) started")
        }
    }
}
