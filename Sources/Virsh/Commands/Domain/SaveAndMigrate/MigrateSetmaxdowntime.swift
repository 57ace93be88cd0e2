import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdMigrateSetMaxDowntime` in virsh-domain.c.
    static let migrateSetmaxdowntime = Command(
        "migrate-setmaxdowntime", .never, on: .domain,
        help: "set the maximum downtime of a live migration"
    ) { options in
        let domain = options.domain()
        let downtime = options.requiredNumber(
            "downtime", "maximum downtime in milliseconds", as: .uint64)

        return { shell, given in
            let domain = try shell.domain(given[domain])
            let downtime = try given[downtime]
            guard downtime > 0 else { throw CommandFailure("migrate: Invalid downtime") }
            try domain.setMigrationDowntime(milliseconds: downtime)
        }
    }
}
