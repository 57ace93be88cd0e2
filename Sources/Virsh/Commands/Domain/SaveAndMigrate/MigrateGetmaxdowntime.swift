import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdMigrateGetMaxDowntime` in virsh-domain.c.
    static let migrateGetmaxdowntime = Command(
        "migrate-getmaxdowntime", .read, on: .domain,
        help: "the maximum downtime of a live migration, in milliseconds"
    ) { options in
        let domain = options.domain()

        return { shell, given in
            shell.print("\(try shell.domain(given[domain]).migrationDowntime())\n")
        }
    }
}
