import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdNWFilterEdit` in virsh-nwfilter.c.
    static let nwfilterEdit = Command(
        "nwfilter-edit", .never, help: "edit the XML of a network filter"
    ) { options in
        let filter = options.networkFilter()

        return { shell, given in
            let filter = try shell.networkFilter(given[filter])
            try shell.refuseEditing { () throws(LibvirtError) in try filter.xml() }
        }
    }
}
