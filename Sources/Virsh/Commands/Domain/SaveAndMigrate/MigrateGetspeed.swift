import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdMigrateGetMaxSpeed` in virsh-domain.c.
    static let migrateGetspeed = Command(
        "migrate-getspeed", .read, on: .domain, help: "the maximum migration bandwidth in MiB/s"
    ) { options in
        let domain = options.domain()
        let postcopy = options.flag("postcopy", "bandwidth of the post-copy phase")

        return { shell, given in
            let domain = try shell.domain(given[domain])
            shell.print("\(try domain.migrationSpeed(postcopy: given[postcopy]))\n")
        }
    }
}
