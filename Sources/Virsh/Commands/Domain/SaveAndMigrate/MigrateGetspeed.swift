import Libvirt

extension Command {
    /// virsh 9.0.0: `cmdMigrateGetMaxSpeed` in virsh-domain.c.
    static let migrateGetspeed = Command(
        "migrate-getspeed", .reads, help: "the most that a migration may send, in MiB/s"
    ) { options in
        let domain = options.domain()
        let postcopy = options.flag("postcopy", "while memory follows the guest")

        return { shell, given in
            let domain = try shell.domain(given[domain])
            shell.print("\(try domain.migrationSpeed(postcopy: given[postcopy]))\n")
        }
    }
}
