import InstallMedia

// What the installer asks of the data on operating systems.

/// What media are compared with.
func catalog(_ guest: Guest) -> Catalog {
    Catalog(
        knows: { _ in false }, systems: { _ in [] }, system: { _ in nil }, medium: { _ in nil })
}

/// The short id of the guest's system.
func systemName(_ guest: Guest) -> String { "generic" }

/// The distribution of the guest's system as far as the command line tells, e.g. `rhel`.
func systemDistribution(_ guest: Guest) throws -> String? { nil }

func isWindows(_ guest: Guest) throws -> Bool { false }

/// What the kernel of a system calls the address of its tree, e.g. `inst.repo`; `name` is a short
/// id, `nil` the guest's own.
func kernelURLArgument(of name: String?, _ guest: Guest) throws -> String? { nil }

/// The memory that an installation over the network takes, in KiB.
func networkInstallMemory(_ guest: Guest) throws -> Int? { nil }

/// Where the tree of a system is that is named by its short id.
func treeLocation(of name: String, _ guest: Guest) throws -> String {
    throw InstallFailure("OS '\(name)' does not have a URL location")
}
