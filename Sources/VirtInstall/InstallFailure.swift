import Host
import InstallMedia
import Libvirt
import OSInfo
import XML

/// Why a run ended before its time, and with what status.
package struct InstallFailure: Error {
    /// The text after `ERROR    `; empty where nothing is to be said (any more).
    package let message: String
    package let status: Int32

    package init(_ message: String, status: Int32 = 1) {
        self.message = message
        self.status = status
    }

    /// Ends the run without a word, e.g. after help was printed.
    package static func exit(_ status: Int32) -> InstallFailure {
        InstallFailure("", status: status)
    }
}

/// The words of any error that gets to a user.
func message(of error: any Error) -> String {
    switch error {
    case let error as InstallFailure: error.message
    case let error as LibvirtError: error.message
    case let error as XMLError: error.message
    case let error as MediaError: error.message
    case let error as SystemError: error.message
    case let error as DatabaseError: "osinfo-db's \(error.file): \(error.message)"
    case let error as OptionMistake: error.description
    default: "\(error)"
    }
}
