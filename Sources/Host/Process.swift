import CHost
import Glibc

/// Facts about processes and the user.
package enum ProcessInformation {
    /// The name that others see, at most 15 bytes of UTF-8, from `/proc/PID/comm` without its
    /// newline; bytes that are not UTF-8 become U+FFFD. `nil` where there is no such process.
    package static func name(of process: Int32) throws(SystemError) -> String? {
        do throws(SystemError) {
            let bytes = try contents(of: "/proc/\(process)/comm", limit: 4096)
            return String(decoding: bytes.last == 10 ? bytes.dropLast() : bytes[...], as: UTF8.self)
        } catch {
            guard error.number == ENOENT || error.number == ESRCH else { throw error }
            return nil
        }
    }

    /// Names this process: the first 15 bytes, cut between characters. C: `prctl`, PR_SET_NAME.
    package static func setName(_ name: String) throws(SystemError) {
        var text = ""
        for scalar in name.unicodeScalars {
            guard text.utf8.count + UTF8.width(scalar) <= 15 else { break }
            text.unicodeScalars.append(scalar)
        }
        guard atex_set_process_name(text) == 0 else { throw .last }
    }

    /// The last part of the path that this process was started by.
    package static var programName: String {
        CommandLine.arguments.first?.split(separator: "/").last.map(String.init)
            ?? "atex-virt-helper"
    }

    package static var isRoot: Bool { geteuid() == 0 }

    /// The number of the user that this process acts as. C: `geteuid`.
    package static var userID: UInt32 { geteuid() }

    /// This process's number. C: `getpid`.
    package static var id: Int32 { getpid() }

    /// An environment variable; `nil` where it is unset or empty.
    package static func environment(_ name: String) -> String? {
        guard let value = getenv(name), value.pointee != 0 else { return nil }
        return String(cString: value)
    }

    /// The home directory from the password database. C: `getpwuid_r`.
    package static func homeDirectory() -> String? {
        var entry = passwd()
        var buffer = [CChar](repeating: 0, count: 1 << 16)
        var result: UnsafeMutablePointer<passwd>?
        getpwuid_r(geteuid(), &entry, &buffer, buffer.count, &result)
        return result?.pointee.pw_dir.map { String(cString: $0) }
    }

    /// Ends the process at once: no exit handler runs, other threads may be anywhere.
    package static func end(_ status: Int32) -> Never { _exit(status) }
}

extension ProcessInformation {
    /// Where a process comes from, as far as we may see it.
    package struct Origin: Sendable {
        /// Address and port of the ssh client that started it; `nil` where there is none.
        package let peer: String?
        /// Who called sudo for it; `nil` where nobody did.
        package let sudoUser: String?
        /// When it started, in seconds since 1970.
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

        private static func start(of process: Int32) -> Int64? {
            // The name may hold anything; behind it the fields are those from the third on.
            let status = read("/proc/\(process)/stat")
            guard let name = status.lastIndex(of: ")") else { return nil }
            let fields = status[name...].split(separator: " ").dropFirst()
            guard fields.count > 19, let ticks = Int64(fields[fields.startIndex + 19]) else {
                return nil
            }
            let boot = read("/proc/stat").split(separator: "\n").first { $0.hasPrefix("btime ") }
            guard let seconds = boot.flatMap({ Int64($0.dropFirst(6)) }) else { return nil }
            return seconds + ticks / Int64(sysconf(Int32(_SC_CLK_TCK)))
        }

        /// A file of the kernel's; empty where we may not read it, or the process is gone.
        private static func read(_ path: String) -> String {
            do throws(SystemError) {
                return String(decoding: try contents(of: path, limit: 1 << 22), as: UTF8.self)
            } catch { return "" }
        }
    }
}
