import Logging
import System

/// The requests that have left alone what they could have, as a request behind them sees it. It
/// passes them over after a while, see `QueuedWaiter.isPassedOver`.
struct IdleWaiters {
    private let queue: ReservationQueue
    private let log: Logger
    private let patience: Duration
    /// Since when, by the name of the file: as of the attempt before, and of the current one.
    private var before: [String: ContinuousClock.Instant] = [:]
    private var current: [String: ContinuousClock.Instant] = [:]

    init(_ queue: ReservationQueue, patience: Duration, _ log: Logger) {
        self.queue = queue
        self.patience = patience
        self.log = log
    }

    /// Whether the last attempt has seen none.
    var isEmpty: Bool { current.isEmpty }

    /// An attempt begins. A request that it does not see is not idle any more.
    mutating func beginAttempt() {
        before = current
        current = [:]
    }

    /// Passes a request over if it has been idle for too long; returns whether it was.
    func passOver(_ waiter: QueuedWaiter) -> Bool {
        guard let since = before[waiter.name], waiter.isPassedOver(since: since, patience) else {
            return false
        }
        log.info("passing over the waiting request '\(waiter.name)', which does not react")
        queue.passOver(waiter)
        return true
    }

    /// A request leaves alone what it could have. Returns whether this is new, and when to look
    /// again.
    mutating func see(
        _ waiter: QueuedWaiter
    ) -> (isNew: Bool, nextLook: ContinuousClock.Instant) {
        let known = before[waiter.name]
        let since = known ?? .now
        current[waiter.name] = since
        return (known == nil, waiter.nextLook(since: since, patience))
    }
}
