import Libvirt

extension Command {
    /// virsh 9.0.0: `cmdMigratePostCopy` in virsh-domain.c.
    static let migratePostcopy = Command(
        "migrate-postcopy", .changes,
        help: "let the guest of a migration run on the other host at once",
        description: "its memory follows; for migrations started with --postcopy"
    ) { options in
        let domain = options.domain()

        return { shell, given in try shell.domain(given[domain]).startPostcopy() }
    }
}
