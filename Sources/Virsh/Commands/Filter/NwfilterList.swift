import Libvirt
import Policy
import Text

extension Command {
    /// virsh 9.0.0: `cmdNWFilterList` in virsh-nwfilter.c.
    static let nwfilterList = Command(
        "nwfilter-list", .host, help: "list network filters",
        description: "a row for each filter: its UUID and its name"
    ) { _ in
        return { shell, _ in
            let filters = try networkFilters(of: shell)
            let named = try filters.map { (name: try $0.name(), filter: $0) }
            var table = Table("UUID", "Name")
            for (name, filter) in named.sortedIgnoringCase(by: { $0.name }) {
                table.append(try filter.uuid(), name)
            }
            shell.print(table)
        }
    }
}

/// virsh 9.0.0: `virshNWFilterListCollect`.
private func networkFilters(of shell: Shell) throws -> [NetworkFilter] {
    let connection = try shell.connection
    do throws(LibvirtError) {
        return try connection.networkFilters()
    } catch  where error.code == .noSupport {
        // virsh then makes older calls, which fail in drivers without filters.
        LibvirtError.forgetReported()
        _ = try shell.explaining("Failed to count network filters") {
            () throws(LibvirtError) in try connection.networkFilterCount()
        }
        return []
    } catch {
        throw CommandFailure("Failed to list network filters")
    }
}
