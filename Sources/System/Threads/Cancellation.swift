import Glibc
import Synchronization

/// Ends the work of one request from another thread, e.g. of a background request.
///
/// The request's thread finds it in `current`. Each wait there ends with an error as soon as the
/// request is cancelled, and each loop that works long asks `check`. The error then unwinds the
/// request, which rolls back what it began. Rollbacks wait too, and must not be interrupted: see
/// `ignored`.
package final class Cancellation: Sendable {
    /// That of the request which the thread executes; `nil` if it cannot be cancelled. Other
    /// threads that work for the request do not have it: the request's thread waits for them.
    @TaskLocal package static var current: Cancellation?

    private enum State: UInt8, AtomicRepresentable {
        case running, cancelled, settled, ended
    }

    private let state = Atomic(State.running)
    /// Woken by `cancel`, and never cleared.
    let wakeup: Wakeup

    package init() throws(SystemError) { wakeup = try Wakeup() }

    /// With a wakeup that was made in advance. It can serve one request after another, until one is
    /// cancelled.
    package init(_ wakeup: Wakeup) { self.wakeup = wakeup }

    /// Runs the request on this thread.
    package func run(_ body: () -> Void) { Self.$current.withValue(self, operation: body) }

    /// Cancels the request. Returns false if it has been cancelled before, or is done: then it ends
    /// as if this had not been called.
    package func cancel() -> Bool {
        guard change(to: .cancelled) else { return false }
        wakeup.wake()
        return true
    }

    package var isCancelled: Bool { state.load(ordering: .acquiring) == .cancelled }

    private func settle() -> Bool {
        change(to: .settled) || state.load(ordering: .acquiring) == .settled
    }

    /// Declares that the request has ended, rollbacks included.
    package func end() { state.store(.ended, ordering: .releasing) }

    package var hasEnded: Bool { state.load(ordering: .acquiring) == .ended }

    private func change(to new: State) -> Bool {
        state.compareExchange(expected: .running, desired: new, ordering: .acquiringAndReleasing)
            .exchanged
    }
}

extension Cancellation {
    /// Throws `.cancelled` if the request of this thread is cancelled.
    package static func check() throws(SystemError) {
        if current?.isCancelled == true { throw .cancelled }
    }

    /// The point of no return of the thread's request, after which it cannot be cancelled. Throws
    /// `.cancelled` if it was cancelled before.
    package static func settle() throws(SystemError) {
        guard !isInPart else { return try check() }
        if current?.settle() == false { throw .cancelled }
    }

    /// Runs a part of a request that can be undone, so that its point of no return is not that of
    /// the request.
    package static func inPart<Value, Failure>(
        _ body: () throws(Failure) -> Value
    ) throws(Failure) -> Value {
        let result = $isInPart.withValue(true) { Result { () throws(Failure) in try body() } }
        return try result.get()
    }

    @TaskLocal private static var isInPart = false

    /// Runs `body`, whose waits a cancellation does not end: it undoes what the request began.
    package static func ignored<Value, Failure>(
        _ body: () throws(Failure) -> Value
    ) throws(Failure) -> Value {
        let result = $current.withValue(nil) {
            Result { () throws(Failure) in try body() }
        }
        return try result.get()
    }
}

extension SystemError {
    /// The request was cancelled. C: `ECANCELED`.
    package static let cancelled = SystemError(number: ECANCELED)
}

/// Blocks the thread like `pause`, but throws `.cancelled` if its request is cancelled.
package func pauseOrCancel(milliseconds: UInt32) throws(SystemError) {
    _ = try waitForAny(of: [], until: .now + .milliseconds(Int64(milliseconds)))
}
