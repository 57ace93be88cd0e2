import Glibc

/// How a process was started, as far as this process may read it from `/proc`.
package struct ProcessOrigin: Sendable {
    /// Address and port of the ssh client; `nil` if ssh did not start it.
    package let peer: String?
    /// The user who called sudo; `nil` if sudo did not start it.
    package let sudoUser: String?
    /// The start time in seconds since 1970.
    package let start: Int64?

    package init(of process: Int32) {
        var variables: [String: String] = [:]
        for entry in Self.read("/proc/\(process)/environ").split(separator: "\0") {
            guard let sign = entry.firstIndex(of: "=") else { continue }
            variables[String(entry[..<sign])] = String(entry[entry.index(after: sign)...])
        }
        let connection = (variables["SSH_CONNECTION"] ?? "").split(separator: " ")
        peer = connection.isEmpty ? nil : connection.prefix(2).joined(separator: " ")
        sudoUser = variables["SUDO_USER"]
        start = Self.start(of: process)
    }

    /// proc(5): field 22 of `/proc/PID/stat`, in clock ticks since the host was booted.
    private static func start(of process: Int32) -> Int64? {
        // Field 2 is the name in parentheses, which may contain anything; field 3 follows it.
        let status = read("/proc/\(process)/stat")
        guard let name = status.lastIndex(of: ")") else { return nil }
        let fields = status[name...].split(separator: " ").dropFirst()
        // Field 3 has index 0 here, so field 22 has index 19.
        guard fields.count > 19, let ticks = Int64(fields[fields.startIndex + 19]) else {
            return nil
        }
        let boot = read("/proc/stat").split(separator: "\n").first { $0.hasPrefix("btime ") }
        guard let seconds = boot.flatMap({ Int64($0.dropFirst(6)) }) else { return nil }
        return seconds + ticks / Int64(sysconf(Int32(_SC_CLK_TCK)))
    }

    /// Empty if this process may not read the file, or if the other process is gone.
    private static func read(_ path: String) -> String {
        do throws(SystemError) {
            return String(decoding: try contents(of: path, limit: 1 << 22), as: UTF8.self)
        } catch { return "" }
    }
}
