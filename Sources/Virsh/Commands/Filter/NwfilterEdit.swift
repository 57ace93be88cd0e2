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
            let connection = try shell.connection
            let name = try filter.name()
            let isChanged = try shell.edit { () throws(LibvirtError) in
                try filter.xml()
            } define: { (xml) throws(LibvirtError) in
                _ = try connection.defineNetworkFilter(xml: xml)
            }
            shell.printExtra(
                isChanged
                    ? "Network filter \(name) XML configuration edited."
                    : "Network filter \(name) XML configuration not changed.")
        }
    }
}
