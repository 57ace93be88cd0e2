import System

extension Check {
    static let stateDirectory = Check("state-directory") { view in
        let paths = [view.state.path, view.state.path + "/locks"]
        return stateFindings(
            try paths.map { ($0, try FileStatus(of: $0)) }, user: ProcessInformation.userID)
    }
}

func stateFindings(_ directories: [(path: String, status: FileStatus)], user: UInt32) -> [Finding] {
    let problems = directories.flatMap { path, status -> [Finding] in
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
    let path = directories.first?.path ?? ""
    return findings(
        problems, ok: "reservations are kept in '\(path)', which only user \(user) can open")
}

/// E.g. `0755`.
func modeText(_ mode: UInt32) -> String {
    let digits = String(mode, radix: 8)
    return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
}
