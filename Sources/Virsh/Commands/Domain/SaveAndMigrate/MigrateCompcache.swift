import Host
import Libvirt

extension Command {
    /// virsh 9.0.0: `cmdMigrateCompCache` in virsh-domain.c.
    static let migrateCompcache = Command(
        "migrate-compcache", .changes,
        help: "show or set the cache for memory that a migration sends again and again"
    ) { options in
        let domain = options.domain()
        let size = options.number("size", "bytes", as: .uint64, positional: false)

        return { shell, given in
            let domain = try shell.domain(given[domain])
            if let size = try given[size] { try domain.setCompressionCache(bytes: size) }
            let (value, unit) = prettyCapacity(try domain.compressionCache())
            shell.print("Compression cache: \(fixed(value, 3)) \(unit)")
        }
    }
}
