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
