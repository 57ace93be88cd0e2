import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdInterfaceDestroy` in virsh-interface.c.
    static let ifaceDestroy = Command(
        "iface-destroy", .never, help: "stop an interface of the host"
    ) { options in
        let interface = options.interface()

        return { shell, given in
            let name = try given[interface]
            let interface = try shell.interface(name)
            try shell.explaining("Failed to destroy interface \(name)") {
                () throws(LibvirtError) in try interface.destroy()
            }
            shell.printExtra("Interface \(name) destroyed")
            throw CommandFailure.silent  // virsh reports success as a failure
        }
    }
}
