import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdMigrateSetMaxSpeed` in virsh-domain.c.
    static let migrateSetspeed = Command(
        "migrate-setspeed", .never, on: .domain, help: "set the maximum migration bandwidth"
    ) { options in
        let domain = options.domain()
        let bandwidth = options.requiredNumber(
            "bandwidth", "bandwidth in MiB/s", as: .uint64Wrapping)
        let postcopy = options.flag("postcopy", "bandwidth of the post-copy phase")

        return { shell, given in
            let domain = try shell.domain(given[domain])
            // `uint64Wrapping`: virsh accepts -1, the largest number, as "unlimited".
            try domain.setMigrationSpeed(
                mebibytesPerSecond: given[bandwidth], postcopy: given[postcopy])
        }
    }
}
