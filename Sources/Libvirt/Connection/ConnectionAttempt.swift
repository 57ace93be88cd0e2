package import Policy
import Synchronization
import System
import Text

/// One attempt to open a connection, on a thread of its own: libvirt waits without a limit for a
/// daemon that accepts the connection and does not answer, and cannot be interrupted.
///
/// An attempt that was given up goes on until the daemon answers; the connection is then closed.
final class ConnectionAttempt: Sendable {
    private enum State {
        /// Whether a thread waits for the result.
        case running(isAwaited: Bool)
        case ended(Result<Connection, LibvirtError>)
        /// The result was not wanted, or has been taken.
        case over
    }

    private let state = Mutex(State.running(isAwaited: true))
    /// Woken at the end; `nil` if no descriptor is left, so that there is no thread.
    private let wakeup: Wakeup?
    private let place: String

    init(_ uri: String?, readOnly: Bool, policy: Policy) {
        place = uri.map { "'\($0)'" } ?? "libvirt's default URI"
        let open: @Sendable () -> Result<Connection, LibvirtError> = {
            Result { () throws(LibvirtError) in
                try Connection(uri, readOnly: readOnly, policy: policy)
            }
        }
        do throws(SystemError) { wakeup = try Wakeup() } catch { wakeup = nil }
        do throws(SystemError) {
            guard let wakeup else { throw SystemError.tooManyOpen }
            // More than the default, because libvirt's drivers run on it.
            try startDetachedThread(stackSize: 2 << 20) { [self] in
                // The waiting thread reports an error, if it still waits.
                LibvirtError.unreported { end(open()) }
                wakeup.wake()
            }
        } catch {
            // Without descriptors or memory for a thread, opening fails or has no limit.
            let result = open()
            state.withLock { $0 = .ended(result) }
            wakeup?.wake()
        }
    }

    private func end(_ result: Result<Connection, LibvirtError>) {
        state.withLock {
            if case .running(isAwaited: true) = $0 { $0 = .ended(result) } else { $0 = .over }
        }
        // A connection that no one waits for is closed here, without the lock.
    }

    /// Takes up an attempt that was given up: then `wait` can be called again. Returns false if it
    /// has ended.
    func resume() -> Bool {
        state.withLock {
            guard case .running = $0 else { return false }
            $0 = .running(isAwaited: true)
            return true
        }
    }

    /// The result; gives up at the deadline. Call it once, and once after each `resume`.
    func wait(until deadline: ContinuousClock.Instant) throws(LibvirtError) -> Connection {
        let start = ContinuousClock.now
        if let wakeup {
            do throws(SystemError) { _ = try waitForAny(of: [wakeup], until: deadline) } catch {
                // Then the state below says that the attempt is running.
            }
        }
        let result: Result<Connection, LibvirtError>? = state.withLock {
            switch $0 {
            case .running:
                $0 = .running(isAwaited: false)
                return nil
            case .ended(let result):
                $0 = .over
                return result
            case .over: return nil
            }
        }
        do throws(LibvirtError) {
            guard let result else { throw silent(since: start) }
            return try result.get()
        } catch {
            error.reportAsLast()
            throw error
        }
    }

    private func silent(since start: ContinuousClock.Instant) -> LibvirtError {
        let seconds = fixed((ContinuousClock.now - start) / .seconds(1), 1)
        return LibvirtError(
            code: .rpc, domain: .rpc,
            message: "the daemon of \(place) did not answer within \(seconds) s")
    }
}

extension Connection {
    /// How long opening a connection takes at most.
    package static let openLimit = Duration.seconds(30)

    /// How long it may take even if the request's own time is over: a request that waits for
    /// nothing must not fail because the daemon is busy.
    private static let leastOpenLimit = Duration.seconds(3)

    static func openLimit(_ deadline: ContinuousClock.Instant?) -> ContinuousClock.Instant {
        let now = ContinuousClock.now
        guard let deadline else { return now + openLimit }
        return max(now + leastOpenLimit, min(deadline, now + openLimit))
    }

    /// Whether opening may wait for a daemon or a network: all drivers but libvirt's test driver.
    static func mayBlock(_ uri: String?) -> Bool { uri?.hasPrefix("test:") != true }

    /// Opens a connection, for at most 30 s or until `deadline`, but not for less than 3 s.
    package static func open(
        _ uri: String?, readOnly: Bool, policy: Policy = .unconfined,
        until deadline: ContinuousClock.Instant?
    ) throws(LibvirtError) -> Connection {
        // The test driver prints messages about its file, which the calling thread collects.
        guard mayBlock(uri) else {
            return try Connection(uri, readOnly: readOnly, policy: policy)
        }
        return try ConnectionAttempt(uri, readOnly: readOnly, policy: policy)
            .wait(until: openLimit(deadline))
    }
}
