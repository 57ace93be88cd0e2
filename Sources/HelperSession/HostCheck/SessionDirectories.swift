import Host

extension HostCheck {
    static let sessionDirectories = HostCheck("session-directories") { _ in
        // Listed before it is seen who is where: who comes meanwhile is not taken for gone.
        let all = try names(in: "/var/tmp").filter(isOfSession).map { "/var/tmp/\($0)" }
        let user = ProcessInformation.userID
        let ours = try all.filter { path in
            do throws(SystemError) {
                let status = try FileStatus(of: path, following: false)
                return status.isDirectory && (user == 0 || status.ownerID == user)
            } catch {
                guard error.condition == .notFound else { throw error }
                return false  // its session just ended
            }
        }
        return directoryFindings(ours, inUse: ProcessTable.workingDirectories())
    }
}

/// Anybody can make names there: what no session makes is not repeated in a hint to remove it.
private func isOfSession(_ name: String) -> Bool {
    let prefix = "atex-virt-helper-"
    return name.hasPrefix(prefix)
        && name.dropFirst(prefix.count).utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20) || byte == 0x5F
        }
}

func directoryFindings(_ directories: [String], inUse: Set<String>) -> [Finding] {
    let stale = directories.filter { directory in
        !inUse.contains { $0 == directory || $0.hasPrefix(directory + "/") }
    }
    if stale.isEmpty { return [.ok("no directory of an ended session is left over")] }
    // The next session removes those that this program made.
    return [
        .warning(
            "left over from killed sessions: \(listed(stale))",
            "remove them, e.g. rm -r " + stale.prefix(5).joined(separator: " "))
    ]
}
