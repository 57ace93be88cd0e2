import Glibc
import Synchronization
package import System

/// Ends the process on a termination signal, or when the client has disconnected, even if the main
/// thread is in a call that never returns. Pending rollbacks run first.
package enum ClientWatch {
    /// Starts a thread that waits for SIGTERM, SIGHUP and SIGINT, and for `output` and `errors` to
    /// lose their reader. Then it calls `cleanUp`, runs all rollbacks, and ends the process. Call
    /// it before any other thread is created.
    package static func start(
        output: borrowing FileDescriptor, errors: borrowing FileDescriptor,
        cleanUp: @escaping @Sendable () -> Void
    ) throws(SystemError) {
        // Duplicates: the thread polls them until the process ends, when the session has closed
        // its own. Polling a closed descriptor would look like a lost client.
        let watcher = Watcher(
            signals: try SignalHandling.terminationDescriptor(), output: try output.duplicate(),
            errors: try errors.duplicate(), cleanUp: cleanUp)
        // Before the thread starts: `isRequestRunning` polls this number from the main thread.
        self.errors.store(watcher.errors.number, ordering: .relaxed)
        try startDetachedThread { watcher.run() }
    }

    /// Whether a request is being executed. Losing the reader of `errors` ends the process only
    /// during a request: clients may close that stream between requests.
    package static var isRequestRunning: Bool {
        get { requestIsRunning.load(ordering: .acquiring) }
        set {
            // The watcher may not have noticed yet what happened before the request, so look.
            if newValue, !errorsAreLost.load(ordering: .relaxed) {
                var polled = pollfd(fd: errors.load(ordering: .relaxed), events: 0, revents: 0)
                errorsAreLost.store(poll(&polled, 1, 0) > 0, ordering: .relaxed)
            }
            requestIsRunning.store(newValue, ordering: .releasing)
        }
    }

    // Written by the main thread, read by the watcher.
    private static let requestIsRunning = Atomic(false)
    private static let errors = Atomic<Int32>(-1)
    /// Whether the reader of `errors` had gone before a request began.
    private static let errorsAreLost = Atomic(false)

    private final class Watcher: Sendable {
        private let signals: FileDescriptor
        private let output: FileDescriptor
        let errors: FileDescriptor
        private let cleanUp: @Sendable () -> Void

        init(
            signals: consuming FileDescriptor, output: consuming FileDescriptor,
            errors: consuming FileDescriptor, cleanUp: @escaping @Sendable () -> Void
        ) {
            self.signals = signals
            self.output = output
            self.errors = errors
            self.cleanUp = cleanUp
        }

        func run() -> Never {
            // No events requested for the streams: poll reports POLLERR and POLLHUP always.
            var polled = [
                pollfd(fd: signals.number, events: Int16(POLLIN), revents: 0),
                pollfd(fd: output.number, events: 0, revents: 0),
                pollfd(fd: errors.number, events: 0, revents: 0),
            ]
            while true {
                // EINTR: nothing has happened yet.
                guard poll(&polled, nfds_t(polled.count), -1) > 0 else { continue }
                // Signals first, so that the exit status names the signal, as a shell's does.
                if polled[0].revents != 0 { end(128 + SignalHandling.pendingSignal(signals)) }
                if polled[1].revents != 0 { end(1) }
                if polled[2].revents != 0 {
                    if isRequestRunning, !errorsAreLost.load(ordering: .relaxed) { end(1) }
                    polled[2].fd = -1  // or poll would return immediately each time
                }
            }
        }

        private func end(_ status: Int32) -> Never {
            // SIGALRM ends the process, and with it its reservations, even if a rollback hangs.
            alarm(CriticalSection.endTimeoutSeconds * 2)
            // Before the rollbacks, which wait for the current critical section.
            cleanUp()
            Rollback.runAllForExit()
            // Not exit(): its handlers would free what other threads still use.
            _exit(status)
        }
    }
}
