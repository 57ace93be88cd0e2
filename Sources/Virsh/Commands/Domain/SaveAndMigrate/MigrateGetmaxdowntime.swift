import Libvirt

extension Command {
    /// virsh 9.0.0: `cmdMigrateGetMaxDowntime` in virsh-domain.c.
    static let migrateGetmaxdowntime = Command(
        "migrate-getmaxdowntime", .reads,
        help: "how long a guest may stand still at a migration's end, in milliseconds"
    ) { options in
        let domain = options.domain()

        return { shell, given in
            shell.print("\(try shell.domain(given[domain]).migrationDowntime())\n")
        }
    }
}
