import Libvirt
import Policy

extension Check {
    static let policy = Check("policy") { view in try policyFindings(view) }
}

private func policyFindings(_ view: HostView) throws -> [Finding] {
    let path = view.policyPath
    let file: PolicyFile?
    do throws(PolicyFileError) {
        file = try PolicyFile.read(path, view.vocabulary)
    } catch {
        return [
            .error(
                "no session can start: \(error.message)",
                "correct that; 'atex-virt-helper policy-check \(path)' checks the file")
        ]
    }
    guard let file else { return [missingPolicyFinding(path, isUsed: view.rolesInUse)] }
    var problems = policyFindings(file, rolesInUse: view.rolesInUse)
    // Libvirt's objects cannot be listed without a connection; the rest is known.
    if case .success(let connection) = view.connectionResult {
        problems += try unknownObjects(
            of: file, poolType: { try PoolFacts($0, connection).type },
            hasNetwork: { name in
                do throws(LibvirtError) { _ = try connection.network(name: name) } catch {
                    guard error.code == .noNetwork else { throw error }
                    return false
                }
                return true
            })
    }
    return findings(
        problems,
        ok: "'\(path)' is valid and belongs to root: \(counted(file.roles.count, "role")); "
            + (file.requiresRole
                ? "every session needs one"
                : "a session without a role has full control of the host"))
}

private func missingPolicyFinding(_ path: String, isUsed roles: [String]) -> Finding {
    guard let role = roles.first else {
        return .ok("there is no '\(path)': every client has full control of the host")
    }
    return .error(
        "sessions with the role '\(role)' cannot start: there is no '\(path)'",
        "install it, e.g. from \(examplePath("policy/roles.conf"))")
}

/// Roles that do not exist, and what is probably a mistake in the file.
func policyFindings(_ file: PolicyFile, rolesInUse: [String]) -> [Finding] {
    let unknown = rolesInUse.filter { file.role(named: $0) == nil }.map { name in
        Finding.error(
            "sessions with the role '\(name)' cannot start: '\(file.path)' has no such role",
            "add a section [role \(name)], or correct --role in the forced command and in sudoers")
    }
    let warnings = file.warnings.map { warning in
        Finding.warning(
            "\(file.path):\(warning.line): \(warning.problem)",
            "change that line, unless it is intended")
    }
    return unknown + warnings
}

/// The pools and networks that roles name but that do not exist, or cannot be used by a role.
/// `poolType` is `nil` for a pool that does not exist.
func unknownObjects(
    of file: PolicyFile, poolType: (String) throws -> String?,
    hasNetwork: (String) throws -> Bool
) throws -> [Finding] {
    try file.roles.flatMap { role in
        func place(_ key: RoleKey) -> String {
            "\(file.path)\(role.settings[key].map { ":\($0.line)" } ?? "")"
        }
        var problems: [Finding] = []
        for pool in role.pools.keys.sorted() {
            let type = try poolType(pool)
            guard type != "dir" else { continue }
            problems.append(
                type == nil
                    ? .warning(
                        "\(place(.pools)): role '\(role.name)' names the pool '\(pool)', which does "
                            + "not exist",
                        "correct the name, or define the pool; list them with "
                            + "'virsh pool-list --all'")
                    : .warning(
                        "\(place(.pools)): role '\(role.name)' names the pool '\(pool)' of type "
                            + "\(type ?? ""), but roles can only use directory pools",
                        "name a pool of type dir"))
        }
        // `user` permits user networking, and is not the name of a network.
        for network in role.networks.sorted() where network != "user" {
            guard try !hasNetwork(network) else { continue }
            problems.append(
                .warning(
                    "\(place(.networks)): role '\(role.name)' names the network '\(network)', which "
                        + "does not exist",
                    "correct the name, or define the network; list them with "
                        + "'virsh net-list --all'"))
        }
        return problems
    }
}
