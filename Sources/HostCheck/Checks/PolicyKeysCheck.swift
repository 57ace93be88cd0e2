import System

extension Check {
    static let policyKeys = Check("policy-keys") { view in
        let found = try view.sshd.get().flatMap { settings in
            try settings.roleFindings(writable: obstacleToOwnership)
        }
        return found.isEmpty ? [.ok("no account has a role")] : found
    }
}

extension SSHDSettings {
    /// Whether an account whose keys have roles can neither change them nor do without one; empty
    /// if no role is in use. `writable` returns the part of a path that others than root can
    /// change, or `nil`.
    func roleFindings(writable: (String) throws -> String?) rethrows -> [Finding] {
        let roles = invocations.compactMap(\.role)
        guard !roles.isEmpty else { return [] }
        var problems: [Finding] = []
        if roles.count < invocations.count {
            problems.append(
                .error(
                    "some keys of user \(user) have no role, and so full control of the host",
                    "add --role to the command= of these keys, or remove them"))
        }
        // With ForceCommand, all keys of the account have the same role.
        if forceCommand == nil {
            for path in keyPaths {
                let place = path.hasPrefix(account.home + "/") ? path : try writable(path)
                guard let place else { continue }
                problems.append(
                    .error(
                        "user \(user) can choose its own role: others than root can change "
                            + "'\(place)', and sshd reads the roles from '\(path)'",
                        "move the keys to \(DropIn.keyDirectory)/\(account.name), which belongs to "
                            + "root, and set AuthorizedKeysFile \(DropIn.keyDirectory)/%u"))
            }
        }
        return findings(
            problems, ok: "user \(user) cannot change its role (\(listed(unique(roles))))")
    }
}

private func unique(_ names: [String]) -> [String] {
    names.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
}

/// The first part of a path that another user than root can change; `nil` if there is none. A file
/// that does not exist can be created by those who can write its directory.
private func obstacleToOwnership(of path: String) throws -> String? {
    var place = "/"
    for name in path.split(separator: "/") {
        place += (place == "/" ? "" : "/") + name
        do throws(SystemError) {
            let status = try FileStatus(of: place, following: false)
            let isSafe = status.ownerID == 0 && status.mode & 0o022 == 0
            if status.kind == .symbolicLink || !isSafe { return place }
        } catch {
            guard error.condition == .notFound else { throw error }
            return nil
        }
    }
    return nil
}
