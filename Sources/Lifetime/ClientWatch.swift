import Glibc
import Synchronization
package import System

/// Ends the process on a termination signal, when the client has disconnected, or when a limit of
/// the session is reached, even if the main thread is in a call that never returns. Pending
/// rollbacks run first. A session with leases goes on without its client.
package enum ClientWatch {
    /// Starts a thread that waits for SIGTERM, SIGHUP and SIGINT, and for `output` and `errors` to
    /// lose their reader, or for a limit. Then it calls `cleanUp`, runs all rollbacks, calls
    /// `rolledBack`, and ends the process. Calls `filesRemoved` some time after each `RemovalAlarm.signal`. If the client has
    /// disconnected, calls `outlive` first: if that returns true, the process goes on without its
    /// streams, until `end(_:)`, a limit, or a signal other than SIGHUP. Call it before any other
    /// thread is created.
    package static func start(
        output: borrowing FileDescriptor, errors: borrowing FileDescriptor,
        limits: SessionLimits = .none, filesRemoved: @escaping @Sendable () -> Void = {},
        outlive: @escaping @Sendable () -> Bool = { false },
        rolledBack: @escaping @Sendable () -> Void = {},
        cleanUp: @escaping @Sendable (SessionEnd) -> Void
    ) throws(SystemError) {
        // Duplicates: the thread polls them until the process ends, when the session has closed
        // its own. Polling a closed descriptor would look like a lost client.
        let watcher = Watcher(
            signals: try SignalHandling.signalDescriptor(), output: try output.duplicate(),
            errors: try errors.duplicate(), ending: try Wakeup(), limits: limits,
            filesRemoved: filesRemoved, outlive: outlive,
            rolledBack: rolledBack, cleanUp: cleanUp)
        ending.withLock { $0 = watcher.ending }
        // Before the thread starts: `requestBegins` polls this number.
        self.errors.store(watcher.errors.number, ordering: .relaxed)
        try startDetachedThread { watcher.run() }
    }

    /// Ends the process as if its client had disconnected.
    package static func end(_ reason: SessionEnd) {
        endReason.withLock { $0 = reason }
        ending.withLock { $0 }?.wake()
    }

    private static let endReason = Mutex(SessionEnd.disconnected)
    private static let ending = Mutex<Wakeup?>(nil)

    /// A request begins. Losing the reader of `errors` ends the process only during a request:
    /// clients may close that stream between requests.
    package static func requestBegins() {
        // The watcher may not have noticed yet what happened before the request, so look. What
        // happens during another request ends the process.
        if !isRequestRunning, !errorsAreLost.load(ordering: .relaxed) {
            var polled = pollfd(fd: errors.load(ordering: .relaxed), events: 0, revents: 0)
            errorsAreLost.store(poll(&polled, 1, 0) > 0, ordering: .relaxed)
        }
        runningRequests.add(1, ordering: .releasing)
    }

    /// A request has ended, and its reply was written.
    package static func requestEnds() {
        idleSince.withLock { $0 = .now }
        runningRequests.subtract(1, ordering: .releasing)
    }

    private static var isRequestRunning: Bool { runningRequests.load(ordering: .acquiring) > 0 }

    /// Also those in the background.
    private static let runningRequests = Atomic(0)
    private static let errors = Atomic<Int32>(-1)
    /// When the last request ended, or the session began.
    private static let idleSince = Mutex(ContinuousClock.now)
    /// Whether the reader of `errors` had gone before a request began.
    private static let errorsAreLost = Atomic(false)

    private final class Watcher: Sendable {
        private let signals: FileDescriptor
        private let output: FileDescriptor
        let errors: FileDescriptor
        let ending: Wakeup
        private let outlive: @Sendable () -> Bool
        private let limits: SessionLimits
        private let start = ContinuousClock.now
        private let filesRemoved: @Sendable () -> Void
        private let rolledBack: @Sendable () -> Void
        private let cleanUp: @Sendable (SessionEnd) -> Void

        init(
            signals: consuming FileDescriptor, output: consuming FileDescriptor,
            errors: consuming FileDescriptor, ending: Wakeup, limits: SessionLimits,
            filesRemoved: @escaping @Sendable () -> Void, outlive: @escaping @Sendable () -> Bool,
            rolledBack: @escaping @Sendable () -> Void,
            cleanUp: @escaping @Sendable (SessionEnd) -> Void
        ) {
            self.rolledBack = rolledBack
            self.limits = limits
            self.ending = ending
            self.outlive = outlive
            self.filesRemoved = filesRemoved
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
                pollfd(fd: ending.descriptorNumber, events: Int16(POLLIN), revents: 0),
            ]
            var hasClient = true
            // When to call `filesRemoved`: who removes one file, removes others too.
            var removalEnd: ContinuousClock.Instant?
            while true {
                let wait = removalEnd.map { millisecondsLeft(until: $0) } ?? timeout
                // 0: a limit may have been reached. EINTR: nothing has happened yet.
                let count = poll(&polled, nfds_t(polled.count), wait)
                if let end = removalEnd, end <= .now {
                    removalEnd = nil
                    filesRemoved()
                }
                guard count > 0 else {
                    endIfLimitIsExceeded()
                    continue
                }
                // Signals first, so that the exit status names the signal, as a shell's does.
                if polled[0].revents != 0 {
                    let signal = SignalHandling.pendingSignal(signals)
                    if signal == RemovalAlarm.signal {
                        removalEnd = removalEnd ?? ContinuousClock.now + .milliseconds(20)
                    } else if signal != SIGHUP || hasClient && !outlive() {
                        end(128 + signal, .signal)
                    } else {
                        // The terminal of the client has gone.
                        hasClient = false
                    }
                }
                if polled[3].revents != 0 { end(0, endReason.withLock { $0 }) }
                var isLost = hasClient && polled[1].revents != 0
                if hasClient, polled[2].revents != 0 {
                    isLost =
                        isLost || isRequestRunning && !errorsAreLost.load(ordering: .relaxed)
                    polled[2].fd = -1  // or poll would return immediately each time
                }
                if isLost {
                    guard outlive() else { end(1, .disconnected) }
                    hasClient = false
                }
                guard !hasClient, polled[1].fd >= 0 else { continue }
                // The limit of the time without a request begins anew.
                ClientWatch.idleSince.withLock { $0 = .now }
                polled[1].fd = -1
                polled[2].fd = -1
            }
        }

        /// `nil` while a request runs.
        private var idleSince: ContinuousClock.Instant? {
            isRequestRunning ? nil : ClientWatch.idleSince.withLock { $0 }
        }

        /// In milliseconds, for `poll`; -1: no limit.
        private var timeout: Int32 {
            guard let wait = limits.wait(start: start, idleSince: idleSince, now: .now) else {
                return -1
            }
            // Rounded up: a millisecond too early would make another turn. Longer waits than a day
            // need several turns.
            return Int32(min(wait, .seconds(86400)) / .milliseconds(1)) + 1
        }

        private func endIfLimitIsExceeded() {
            guard let limit = limits.exceeded(start: start, idleSince: idleSince, now: .now) else {
                return
            }
            let reason =
                limit == .idleTimeout
                ? "no request for \(limits.idle) seconds" : "it lasted \(limits.total) seconds"
            let text = "atex-virt-helper: the session has ended: \(reason) (\(limit.rawValue))\n"
            end(1, limit, telling: text)
        }

        private func end(_ status: Int32, _ reason: SessionEnd, telling text: String? = nil)
            -> Never
        {
            // SIGALRM ends the process, and with it its reservations, whatever else happens.
            alarm(CriticalSection.endTimeoutSeconds * 2 + 5)
            // Before the rollbacks, which wait for the current critical section.
            cleanUp(reason)
            runRollbacks()
            rolledBack()
            // Last, because it waits for the reader; ignores that there is none.
            if let text { do throws(SystemError) { try errors.write(Array(text.utf8)) } catch {} }
            // Not exit(): its handlers would free what other threads still use.
            _exit(status)
        }

        /// Runs all rollbacks, on another thread: if one hangs, e.g. because libvirt does not
        /// answer, the process must end nevertheless. Then a background process gets what is still
        /// in the journal, and some time to start.
        private func runRollbacks() {
            let end = ContinuousClock.now + .seconds(CriticalSection.endTimeoutSeconds * 2)
            do throws(SystemError) {
                let done = try Wakeup()
                try startDetachedThread {
                    Rollback.runAllForExit()
                    done.wake()
                }
                let isDone = try waitForAny(of: [done], until: end - .seconds(3))
                guard JournalRecord.openCount > 0 else { return }
                BackgroundCleanUp.start()
                if !isDone { _ = try waitForAny(of: [done], until: end) }
            } catch { Rollback.runAllForExit() }
        }
    }
}
