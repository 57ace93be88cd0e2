import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdMigratePostCopy` in virsh-domain.c.
    static let migratePostcopy = Command(
        "migrate-postcopy", .never, on: .domain,
        help: "switch a running migration from pre-copy to post-copy",
        description: "needs a migration that was started with --postcopy"
    ) { options in
        let domain = options.domain()

        return { shell, given in try shell.domain(given[domain]).startPostcopy() }
    }
}
