import Libvirt
import Policy
import Text

extension Command {
    /// virsh 9.0.0: `cmdNWFilterBindingList` in virsh-nwfilter.c.
    static let nwfilterBindingList = Command(
        "nwfilter-binding-list", .never, help: "list network filter bindings",
        description: "a row for each binding: its port and its filter"
    ) { _ in
        return { shell, _ in
            let connection = try shell.connection
            let bindings = try shell.explaining("Failed to list network filter bindings") {
                () throws(LibvirtError) in try connection.networkFilterBindings()
            }
            let named = try bindings.map { (port: try $0.port(), binding: $0) }
            var table = Table("Port Dev", "Filter")
            for (port, binding) in named.sortedIgnoringCase(by: { $0.port }) {
                table.append(port, try binding.filterName())
            }
            shell.print(table)
        }
    }
}
