import CSystem
import Glibc

/// Facts about this process, other processes and the user.
package enum ProcessInformation {
    /// The name that others see: at most 15 bytes of UTF-8, from `/proc/PID/comm` without its
    /// newline; bytes that are not UTF-8 become U+FFFD. `nil` if there is no such process.
    package static func name(of process: Int32) throws(SystemError) -> String? {
        do throws(SystemError) {
            let bytes = try contents(of: "/proc/\(process)/comm", limit: 4096)
            return String(decoding: bytes.last == 10 ? bytes.dropLast() : bytes[...], as: UTF8.self)
        } catch {
            // ESRCH: it ended between open and read.
            guard error.number == ENOENT || error.number == ESRCH else { throw error }
            return nil
        }
    }

    /// The user ID of another process; `nil` if there is no such process. C: `stat` of `/proc/PID`.
    package static func userID(of process: Int32) -> UInt32? {
        do throws(SystemError) { return try FileStatus(of: "/proc/\(process)").ownerID } catch {
            return nil
        }
    }

    /// Whether a process was stopped, by a signal or a debugger, so that it does not run.
    package static func isStopped(_ process: Int32) -> Bool {
        do throws(SystemError) {
            let bytes = try contents(of: "/proc/\(process)/stat", limit: 4096)
            // The name before the state may contain parentheses.
            guard let end = bytes.lastIndex(of: UInt8(ascii: ")")) else { return false }
            let state = bytes[end...].dropFirst(2).first
            return state == UInt8(ascii: "T") || state == UInt8(ascii: "t")
        } catch { return false }
    }

    /// Whether a process exists.
    package static func exists(_ process: Int32) -> Bool { pathExists("/proc/\(process)") }

    /// Sets the name that others see; the kernel keeps the first 15 bytes. C: `prctl`, PR_SET_NAME.
    package static func setName(_ name: String) throws(SystemError) {
        try check(atex_set_process_name(name))
    }

    /// Leaves the session and the group of processes that started this one, unless it leads them
    /// itself: signals to them do not reach it any more. C: `setsid`.
    package static func leaveSession() { setsid() }

    /// The last component of the path that this process was started by.
    package static var programName: String {
        CommandLine.arguments.first?.split(separator: "/").last.map(String.init)
            ?? "atex-virt-helper"
    }

    package static var isRoot: Bool { geteuid() == 0 }

    /// The effective user ID. C: `geteuid`.
    package static var userID: UInt32 { geteuid() }

    /// The process ID. C: `getpid`.
    package static var id: Int32 { getpid() }

    /// Identifies this boot of the host; `nil` if the kernel does not tell.
    package static var boot: String? {
        do throws(SystemError) {
            let bytes = try contents(of: "/proc/sys/kernel/random/boot_id", limit: 100)
            return String(decoding: bytes.prefix { $0 != 10 }, as: UTF8.self)
        } catch { return nil }
    }

    /// The home directory from the user database. C: `getpwuid_r`.
    package static func homeDirectory() -> String? {
        userEntry { $0.pw_dir.map { String(cString: $0) } }
    }

    /// The user's name and the comment in the user database, usually a person's name.
    /// C: `getpwuid_r`.
    package static func user() -> (name: String, comment: String)? {
        userEntry { entry in
            entry.pw_name.map { name in
                (String(cString: name), entry.pw_gecos.map { String(cString: $0) } ?? "")
            }
        }
    }

    private static func userEntry<Value>(_ read: (passwd) -> Value?) -> Value? {
        let find: Account.Search<passwd> = { getpwuid_r(geteuid(), $0, $1, $2, $3) }
        return Account.withEntry(of: passwd(), bufferSize: 1 << 16, find, read) ?? nil
    }

    /// Ends the process at once: no exit handlers run, whatever other threads are doing.
    package static func end(_ status: Int32) -> Never { _exit(status) }
}

extension ProcessInformation {
    /// An environment variable; `nil` if it is not set or empty. C: `getenv`.
    package static func environment(_ name: String) -> String? {
        let value = Glibc.getenv(name).map { String(cString: $0) }
        return value?.isEmpty == true ? nil : value
    }

    /// Whether an environment variable is set, even to an empty text. C: `getenv`.
    package static func isSet(_ name: String) -> Bool { getenv(name) != nil }
}

/// An environment variable, which may be empty; `nil` if it is not set. C: `getenv`.
package func environment(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }
}
