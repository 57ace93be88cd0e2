import CSystem
import Glibc
import System

/// How this process handles signals.
package enum SignalHandling {
    /// The signals that end a session.
    private static let terminating = [SIGTERM, SIGHUP, SIGINT]

    /// Blocks SIGTERM, SIGHUP, SIGINT and `RemovalAlarm.signal`, ignores SIGPIPE, and returns a
    /// descriptor that is readable when one of the blocked signals has arrived. Call it before any
    /// other thread is created: threads inherit the mask, and one with another mask would get the
    /// signals.
    /// C: `pthread_sigmask`, `signalfd`.
    static func signalDescriptor() throws(SystemError) -> FileDescriptor {
        var signals = sigset_t()
        sigemptyset(&signals)
        for signal in terminating + [RemovalAlarm.signal] { sigaddset(&signals, signal) }
        pthread_sigmask(SIG_BLOCK, &signals, nil)
        ignoreBrokenPipes()
        // After blocking: a signal that is not blocked would still end the process.
        let number = atex_signal_descriptor(&signals)
        guard number >= 0 else { throw .last }
        return FileDescriptor(owning: number)
    }

    /// The number of the signal that made the descriptor readable. C: `struct signalfd_siginfo`.
    static func pendingSignal(_ descriptor: borrowing FileDescriptor) -> Int32 {
        // signalfd(2): a struct has 128 bytes, and a shorter read is EINVAL. `ssi_signo` is first.
        var info = [UInt32](repeating: 0, count: 32)
        read(descriptor.number, &info, 128)
        return Int32(info[0])
    }

    /// Makes writing beyond the process's file size limit the error EFBIG instead of a signal.
    /// C: `SIGXFSZ`.
    package static func ignoreFileSizeLimit() { signal(SIGXFSZ, SIG_IGN) }

    /// Makes writing to a pipe without a reader an error instead of a signal. C: `SIGPIPE`.
    package static func ignoreBrokenPipes() { signal(SIGPIPE, SIG_IGN) }
}
