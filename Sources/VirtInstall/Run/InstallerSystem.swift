import InstallMedia
import OSInfo

// What the installer asks of the data on operating systems.

/// What media are compared with. A database that cannot be read knows nothing, with a warning.
func catalog(_ guest: Guest) -> Catalog {
    let (database, output) = (guest.host.database, guest.output)
    func asked<Answer>(_ ask: () throws -> Answer?) -> Answer? {
        do { return try ask() } catch {
            output.warn(message(of: error))
            return nil
        }
    }
    return Catalog(
        knows: { name in asked { try database.system(named: name) } != nil },
        systems: { prefix in
            let systems = asked { try database.allSystems() } ?? []
            return systems.filter { $0.name.hasPrefix(prefix) }.map {
                Catalog.System(name: $0.name, codename: $0.codename, label: $0.label ?? "")
            }.sorted { nameComesFirst($0.name, $1.name) }
        },
        system: { tree in
            asked { try database.identify(TreeIdentity(tree))?.system.name }
        },
        medium: { image in
            let identity = MediumIdentity(image)
            return asked { try database.identify(identity) }.map { system, medium in
                Catalog.Medium(
                    system: system.name, kernel: medium.kernel, initrd: medium.initrd,
                    isNetworkInstaller: medium.variants.contains { $0.contains("netinst") })
            }
        })
}

/// The short id of the guest's system.
func systemName(_ guest: Guest) throws -> String { try guest.system.name }

/// The distribution of the guest's system as far as the command line tells, e.g. `rhel`.
func systemDistribution(_ guest: Guest) throws -> String? { try guest.system.distro }

func isWindows(_ guest: Guest) throws -> Bool { try guest.system.isWindows }

/// What the kernel of a system calls the address of its tree, e.g. `inst.repo`; `name` is a short
/// id, `nil` the guest's own.
func kernelURLArgument(of name: String?, _ guest: Guest) throws -> String? {
    guard let name else { return try guest.system.installationArgument() }
    return try guest.host.database.system(named: name)?.installationArgument()
}

/// The memory that an installation over the network takes, in KiB.
func networkInstallMemory(_ guest: Guest) throws -> Int? {
    try guest.system.networkInstallMemory(guest.architecture ?? "").map { Int($0 / 1024) }
}

/// Where the tree of a system is that is named by its short id; `profile` is that of `--unattended`.
func treeLocation(of name: String, profile: String?, _ guest: Guest) throws -> String {
    let system = try guest.host.operatingSystem(named: name)
    let architecture = guest.architecture ?? ""
    guard !system.trees.isEmpty else {
        throw InstallFailure("OS '\(name)' does not have a URL location")
    }
    guard let url = system.treeURL(architecture, profile: profile) else {
        throw InstallFailure(
            "OS '\(name)' does not have a URL location for the architecture '\(architecture)'")
    }
    return url
}

extension TreeIdentity {
    /// What a tree says of itself.
    init(_ tree: TreeInfo) {
        self.init(
            family: tree.family, variant: tree.variant, version: tree.version,
            architecture: tree.architecture)
    }
}
