import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdNWFilterBindingDelete` in virsh-nwfilter.c.
    static let nwfilterBindingDelete = Command(
        "nwfilter-binding-delete", .never,
        help: "delete the network filter binding of an interface"
    ) { options in
        let binding = options.networkFilterBinding()

        return { shell, given in
            let port = try given[binding]
            let binding = try shell.networkFilterBinding(port)
            try shell.explaining("Failed to delete network filter binding on \(port)") {
                () throws(LibvirtError) in try binding.delete()
            }
            shell.printExtra("Network filter binding on \(port) deleted")
        }
    }
}
