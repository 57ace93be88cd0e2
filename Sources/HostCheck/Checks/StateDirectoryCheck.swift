import System

extension Check {
    static let stateDirectory = Check("state-directory") { view in
        let state = view.state
        let others = [
            state.sessions, state.queue, state.ports, state.leases, state.forcedReleases,
            state.journal,
        ]
        let directories = [state.path, state.locks] + others.filter(pathExists)
        let user = ProcessInformation.userID
        return stateFindings(
            try directories.map { ($0, try FileStatus(of: $0)) },
            foreign: try directories.flatMap { try files(in: $0, notOf: user) }, user: user)
    }
}

/// The entries of a directory that belong to other users; none if it is not a directory.
private func files(in path: String, notOf user: UInt32) throws -> [String] {
    guard try FileStatus(of: path).kind == .directory else { return [] }
    return try names(in: path).map { "\(path)/\($0)" }.filter { path in
        do throws(SystemError) {
            return try FileStatus(of: path, following: false).ownerID != user
        } catch {
            guard error.condition == .notFound else { throw error }
            return false  // its session just ended
        }
    }
}

/// `foreign`: what other users have in the directories.
func stateFindings(
    _ directories: [(path: String, status: FileStatus)], foreign: [String] = [], user: UInt32
) -> [Finding] {
    var problems = directories.flatMap { path, status -> [Finding] in
        guard status.kind == .directory else {
            return [.error("'\(path)' is not a directory", "remove it")]
        }
        var problems: [Finding] = []
        if status.ownerID != user {
            problems.append(
                .error(
                    "'\(path)' is owned by user \(status.ownerID), not by user \(user), whose "
                        + "reservations are kept there", "chown \(user) \(path)"))
        }
        // A user who can write to the directory can remove its lock files, and one who can open a
        // file for reading can lock it.
        if status.mode & 0o077 != 0 {
            let can = status.mode & 0o022 != 0 ? "remove" : "block"
            problems.append(
                .error(
                    "'\(path)' has mode \(modeText(status.mode)): other users can \(can) "
                        + "reservations", "chmod 0700 \(path)"))
        }
        return problems
    }
    if !foreign.isEmpty {
        problems.append(
            .error(
                "other users have files where sessions keep their state: \(listed(foreign))",
                "find out who wrote them, and remove them"))
    }
    let path = directories.first?.path ?? ""
    return findings(
        problems, ok: "reservations are kept in '\(path)', which only user \(user) can open")
}

/// E.g. `0755`.
func modeText(_ mode: UInt32) -> String {
    let digits = String(mode, radix: 8)
    return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
}
