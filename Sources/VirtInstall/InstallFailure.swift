import InstallMedia
import Libvirt
import Lifetime
import OSInfo
import Policy
import System
import XML

/// Ends a run early, with a message and an exit status.
package struct InstallFailure: Error {
    /// The text after `ERROR    `; empty if nothing is to be printed.
    package let message: String
    package let status: Int32

    package init(_ message: String, status: Int32 = 1) {
        self.message = message
        self.status = status
    }

    /// The journal cannot be read, or the record of a step not be written: the step is not begun.
    init(journal error: SystemError) {
        self.init(
            "cannot use the journal '\(Journal.current?.path ?? "")': \(error.message)")
    }

    /// Ends the run without a message, e.g. after printing help.
    package static func exit(_ status: Int32) -> InstallFailure {
        InstallFailure("", status: status)
    }
}

/// The text of any error for the user.
func message(of error: any Error) -> String {
    switch error {
    case let error as InstallFailure: error.message
    case let error as LibvirtError: error.message
    case let error as XMLError: error.message
    case let error as MediaError: denial(in: error)?.message ?? error.message
    case let error as Denial: error.message
    case let error as Busy: error.message
    case let error as SystemError: error.message
    // Administrators can add files, so name the one that is broken.
    case let error as DatabaseError: "osinfo-db's \(error.file): \(error.message)"
    case let error as OptionMistake: error.description
    // The modules below throw no other type, and a release build has no names to describe one.
    default: "unexpected error"
    }
}
