import CSystem
import Glibc

/// Another process, which stays the same even if its number is used again. It is readable when the
/// process has ended. C: `pidfd_open`.
package final class ProcessHandle: Waitable {
    private let descriptor: FileDescriptor
    package var descriptorNumber: Int32 { descriptor.number }

    /// `ESRCH` if there is no such process.
    package init(_ process: Int32) throws(SystemError) {
        descriptor = FileDescriptor(owning: try check(atex_open_process(process)))
    }

    package enum Signal: Sendable {
        /// Asks the process to end. C: `SIGTERM`.
        case terminate
        /// Ends it in any case. C: `SIGKILL`.
        case kill
        /// Makes a session look at its state directory; see `RemovalAlarm`.
        case alarm

        fileprivate var number: Int32 {
            switch self {
            case .terminate: SIGTERM
            case .kill: SIGKILL
            case .alarm: RemovalAlarm.signal
            }
        }
    }

    /// A process that has ended by now is not an error. C: `pidfd_send_signal`.
    package func send(_ signal: Signal) throws(SystemError) {
        guard atex_signal_process(descriptor.number, signal.number) != 0 else { return }
        guard errno == ESRCH else { throw .last }
    }
}
