import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdNWFilterUndefine` in virsh-nwfilter.c.
    static let nwfilterUndefine = Command(
        "nwfilter-undefine", .never, help: "remove the definition of a network filter"
    ) { options in
        let filter = options.networkFilter()

        return { shell, given in
            let name = try given[filter]
            let filter = try shell.networkFilter(name)
            try shell.explaining("Failed to undefine network filter \(name)") {
                () throws(LibvirtError) in try filter.undefine()
            }
            shell.printExtra("Network filter \(name) undefined")
        }
    }
}
