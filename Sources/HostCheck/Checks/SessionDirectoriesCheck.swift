import System

extension Check {
    static let sessionDirectories = Check("session-directories") { view in
        // This session's own directory shows it.
        if currentDirectory().hasPrefix(view.state.temporary + "/") {
            return [
                .warning(
                    "'/var/tmp' cannot be written: sessions use '\(view.state.temporary)'",
                    "free space in /var/tmp, or mount it writable")
            ]
        }
        // The directories are listed before the processes: a session that starts in between must
        // not look like a killed one.
        let all = try names(in: "/var/tmp").filter(isSessionDirectory).map { "/var/tmp/\($0)" }
        let user = ProcessInformation.userID
        let own = try all.filter { path in
            do throws(SystemError) {
                let status = try FileStatus(of: path, following: false)
                return status.kind == .directory && (user == 0 || status.ownerID == user)
            } catch {
                guard error.condition == .notFound else { throw error }
                return false  // its session just ended
            }
        }
        return directoryFindings(own, inUse: ProcessTable.workingDirectories())
    }
}

/// Whether a session may have made this name. Any user can create files in /var/tmp: another name
/// could smuggle something into the command of the hint.
private func isSessionDirectory(_ name: String) -> Bool {
    let prefix = "atex-virt-helper-"
    return name.hasPrefix(prefix)
        && name.dropFirst(prefix.count).utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20) || byte == 0x5F
        }
}

func directoryFindings(_ directories: [String], inUse: Set<String>) -> [Finding] {
    // Every session works in its directory, or below it.
    let stale = directories.filter { directory in
        !inUse.contains { $0 == directory || $0.hasPrefix(directory + "/") }
    }
    if stale.isEmpty { return [.ok("no directory of an ended session is left over")] }
    return [
        .warning(
            "left over from killed sessions: \(listed(stale))",
            "remove them, e.g. rm -r " + stale.prefix(5).joined(separator: " "))
    ]
}
