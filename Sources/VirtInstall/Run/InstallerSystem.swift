import InstallMedia
import OSInfo

// The installer's queries to the osinfo database.

/// The database in the form that media detection needs. If a query fails, it warns and finds
/// nothing.
func catalog(_ guest: Guest) -> Catalog {
    let (database, output) = (guest.host.database, guest.output)
    func query<Result>(_ body: () throws -> Result?) -> Result? {
        do { return try body() } catch {
            output.warn(message(of: error))
            return nil
        }
    }
    return Catalog(
        knows: { name in query { try database.system(named: name) } != nil },
        systems: { prefix in
            let systems = query { try database.allSystems() } ?? []
            return systems.filter { $0.name.hasPrefix(prefix) }.map {
                Catalog.System(name: $0.name, codename: $0.codename, label: $0.label ?? "")
            }.sorted { nameComesFirst($0.name, $1.name) }
        },
        system: { tree in
            query { try database.identify(TreeIdentity(tree))?.system.name }
        },
        medium: { image in
            let identity = MediumIdentity(image)
            return query { try database.identify(identity) }.map { system, medium in
                Catalog.Medium(
                    system: system.name, kernel: medium.kernel, initrd: medium.initrd,
                    isNetworkInstaller: medium.variants.contains { $0.contains("netinst") })
            }
        })
}

/// The short ID of the guest's operating system.
func systemName(_ guest: Guest) throws -> String { try guest.system.name }

/// The distribution of the guest's operating system, e.g. `rhel`. Before detection, this is what
/// the command line says.
func systemDistribution(_ guest: Guest) throws -> String? { try guest.system.distro }

func isWindows(_ guest: Guest) throws -> Bool { try guest.system.isWindows }

/// The kernel argument for the URL of the installation tree, e.g. `inst.repo`. `name` is the short
/// ID of a system; `nil` means the guest's.
func kernelURLArgument(of name: String?, _ guest: Guest) throws -> String? {
    guard let name else { return try guest.system.installationArgument() }
    return try guest.host.database.system(named: name)?.installationArgument()
}

/// The memory that a network installation needs, in KiB.
func networkInstallMemory(_ guest: Guest) throws -> Int? {
    try guest.system.networkInstallMemory(guest.architecture ?? "").map { Int($0 / 1024) }
}

/// The URL of a system's installation tree. `name` is the system's short ID, `profile` the profile
/// of `--unattended`.
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
    /// The identity in the metadata of a tree.
    init(_ tree: TreeInfo) {
        self.init(
            family: tree.family, variant: tree.variant, version: tree.version,
            architecture: tree.architecture)
    }
}
