import Libvirt
import Policy
import Text

extension Command {
    /// virsh 9.0.0: `cmdMigrateCompCache` in virsh-domain.c.
    static let migrateCompcache = Command(
        "migrate-compcache", .never, on: .domain,
        help: "show or set the compression cache of a migration"
    ) { options in
        let domain = options.domain()
        let size = options.number("size", "size in bytes", as: .uint64, place: .named)

        return { shell, given in
            let domain = try shell.domain(given[domain])
            if let size = try given[size] { try domain.setCompressionCache(bytes: size) }
            // The hypervisor may round the size, so print what it reports.
            let (value, unit) = prettyCapacity(try domain.compressionCache())
            shell.print("Compression cache: \(fixed(value, 3)) \(unit)")
        }
    }
}
