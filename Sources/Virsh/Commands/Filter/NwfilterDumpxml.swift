import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdNWFilterDumpXML` in virsh-nwfilter.c.
    static let nwfilterDumpxml = Command(
        "nwfilter-dumpxml", .host, help: "print the XML of a network filter"
    ) { options in
        let filter = options.networkFilter()
        let (xpath, wrap) = options.xpath()

        return { shell, given in
            let filter = try shell.networkFilter(given[filter])
            let xpath = try given[xpath]
            try shell.print(xml: filter.xml(), xpath: xpath, wrap: given[wrap])
        }
    }
}
