import Libvirt

extension Command {
    /// virsh 9.0.0: `cmdMigrateSetMaxSpeed` in virsh-domain.c.
    static let migrateSetspeed = Command(
        "migrate-setspeed", .changes, help: "limit what a migration sends"
    ) { options in
        let domain = options.domain()
        let bandwidth = options.requiredNumber("bandwidth", "MiB/s", as: .uint64Wrapping)
        let postcopy = options.flag("postcopy", "while memory follows the guest")

        return { shell, given in
            let domain = try shell.domain(given[domain])
            try domain.setMigrationSpeed(
                mebibytesPerSecond: given[bandwidth], postcopy: given[postcopy])
        }
    }
}
