import Libvirt
import Logging
import Policy
import Protocol
import System
import Wire

/// What an attempt to serve a request has found.
struct Attempt<Value> {
    /// What the request gets; `nil` if it must wait.
    var value: Value?
    /// When to try again without an event.
    var retry: ContinuousClock.Instant?
    /// Whether there is something, but for a request that is ahead and should have taken it.
    var isLeftToOthers = false

    mutating func retry(at time: ContinuousClock.Instant) {
        retry = retry.map { min($0, time) } ?? time
    }

    /// The attempts of a request that does not wait in the queue. A request ahead takes at once what
    /// is left to it, unless its process is stopped; then this one passes it over after `patience`.
    /// The pauses (in milliseconds) grow: many requests that look without a pause would keep the one
    /// ahead from running.
    static func repeated(
        patience: Duration, pauses: ClosedRange<UInt32>, _ attempt: () throws -> Attempt
    ) throws -> Attempt {
        var result = try attempt()
        let end = ContinuousClock.now + patience * 2
        var pause = pauses.lowerBound
        while result.value == nil, result.isLeftToOthers, .now < end {
            try pauseOrCancel(milliseconds: pause)
            pause = min(pause * 2, pauses.upperBound)
            result = try attempt()
        }
        return result
    }
}

/// The wait of a request in the queue. It uses no processor time until something happens that may
/// end it.
struct QueueWait {
    private let session: Session
    private let queue: ReservationQueue
    private let waiter: Waiter
    private let events: DomainChangeEvents

    private var reservations: ReservedDomains { session.reservations }

    init(
        _ session: Session, _ queue: ReservationQueue, _ waiter: Waiter,
        _ events: DomainChangeEvents
    ) {
        self.session = session
        self.queue = queue
        self.waiter = waiter
        self.events = events
    }

    /// How often a request looks without an event, in case several ahead of it are stopped.
    static let interval = Duration.seconds(60)
    /// The longest time from the event of a file's closing until its lock is released.
    private static let closing = Duration.milliseconds(100)
    /// How many requests that want the same a release wakes: if the first is stopped, the second
    /// passes it over.
    private static let awake = 2

    /// Calls `attempt` with the rank of the request until it returns a value; returns `nil` at the
    /// deadline. `refresh` is called after a change of domains. `isBehind`: others are ahead that
    /// want the same.
    func run<Value>(
        until deadline: ContinuousClock.Instant, progress: inout Progress, step: String,
        refresh: () throws -> Void,
        attempt: (_ rank: String?, _ isBehind: Bool) throws -> Attempt<Value>
    ) throws -> Value? {
        try checkCount()
        let place = enter()
        // It is in the queue until the request has its answer.
        defer { withExtendedLifetime(place) {} }
        let watch = try explaining { () throws(SystemError) in
            try QueueWatch(reservations.state, includesPorts: !waiter.goal.isDomain)
        }
        try session.report(step: step)
        let showsPosition = progress.isWanted || session.progressDisplay != nil
        var first: Int?
        var shown = 1
        var wasWoken = false
        while true {
            // Events could follow each other without an end.
            let isLast = .now >= deadline
            // Watch before the attempt: a release in between must not be missed.
            let (ahead, watchesWaiters) = try explaining { () throws(SystemError) in
                let ahead = try waiters(before: place?.rank)
                let subject = subject(ahead, place, showsPosition: showsPosition)
                try watch.watch(subject)
                if case .waiters = subject { return (ahead, true) }
                return (ahead, showsPosition)
            }
            let isBehind = place != nil && covering(ahead).count >= Self.awake
            let found = try unlessLost { try attempt(place?.rank, isBehind) } ?? Attempt()
            let total = first ?? ahead.count + 1
            first = total
            if let value = found.value {
                try progress.report(done: UInt64(total), total: UInt64(total), atOnce: true)
                return value
            }
            guard !isLast else { return nil }
            try progress.report(
                done: UInt64(max(0, total - ahead.count - 1)), total: UInt64(total), atOnce: true)
            if ahead.count + 1 != shown {
                shown = ahead.count + 1
                try session.report(step: "position \(shown) in the queue")
            }
            // The file of a killed session loses its lock a moment after the event of its closing.
            let again: ContinuousClock.Instant? =
                wasWoken && watchesWaiters ? .now + Self.closing : nil
            let until = [events.retry, watch.retry, found.retry, again].compactMap { $0 }
                .reduce(min(deadline, .now + Self.interval), min)
            let happened = try waitForAny(of: [watch.current, events.wakeup], until: until)
            wasWoken = happened
            guard happened || .now < deadline else { return nil }
            // Before the next attempt: a release during the attempt wakes us again.
            watch.clear()
            renew(place)
            if try events.mayHaveChanged() {
                try unlessLost {
                    try refresh()
                    events.readingSucceeded()
                }
            }
        }
    }

    /// `nil` if the daemon has died again; until it is back, what was last known counts.
    @discardableResult
    private func unlessLost<Value>(_ body: () throws -> Value) throws -> Value? {
        do { return try body() } catch {
            let cause = (error as? RequestError)?.libvirt ?? error as? LibvirtError
            guard cause?.isLoss == true else { throw error }
            events.readingFailed()
            return nil
        }
    }

    /// Those that want the same kind.
    private func waiters(before rank: String?) throws(SystemError) -> [QueuedWaiter] {
        let isDomain = waiter.goal.isDomain
        return try queue.waiters(before: rank).filter { $0.waiter.goal.isDomain == isDomain }
    }

    /// Each waiting request examines all those before it. Therefore the number of waiting requests
    /// of an identity is limited.
    private func checkCount() throws {
        let record = reservations.record
        let isDomain = waiter.goal.isDomain
        let limits = record.policy.limits
        guard let limit = isDomain ? limits?.maxReservations : limits?.maxGuests else { return }
        let own = record.facts
        let count = try explaining { () throws(SystemError) in try waiters(before: nil) }
            .count { $0.waiter.session.hasSameIdentity(as: own) }
        guard count < limit else {
            throw Denial(
                "identity '\(own.identity)' has \(count) requests that wait already, and its role "
                    + "permits \(limit) ('\(isDomain ? "max-reservations" : "max-guests")')")
        }
    }

    /// `nil` if the file cannot be written: then all others are ahead.
    private func enter() -> QueuePlace? {
        do throws(SystemError) { return try queue.enter(waiter) } catch {
            logUnwritable(error)
            return nil
        }
    }

    private func renew(_ place: QueuePlace?) {
        do throws(SystemError) { try place?.renew() } catch { logUnwritable(error) }
    }

    private func logUnwritable(_ error: SystemError) {
        session.log.warning(
            "cannot write in '\(reservations.state.queue)': \(error.message); others go first")
    }

    private func covering(_ ahead: [QueuedWaiter]) -> [QueuedWaiter] {
        ahead.filter { $0.waiter.covers(waiter) }
    }

    /// What can change the answer: see `QueueWatch.Subject`.
    private func subject(
        _ ahead: [QueuedWaiter], _ place: QueuePlace?, showsPosition: Bool
    ) -> QueueWatch.Subject {
        guard place != nil, !showsPosition else { return .host }
        let covering = covering(ahead)
        guard covering.count >= Self.awake else { return .host }
        return .waiters(covering.suffix(Self.awake).map(\.path))
    }

    private func explaining<Value>(_ body: () throws(SystemError) -> Value) throws -> Value {
        do throws(SystemError) { return try body() } catch {
            let what = waiter.goal.isDomain ? "a release" : "room for a guest"
            throw RequestError(
                RequestError.Kind(error),
                "cannot wait for \(what) in '\(reservations.directory)': \(error.message)")
        }
    }
}

extension Waiter {
    /// A request of the session that begins to wait now.
    init(_ goal: Goal, priority: Int, note: String?, _ uri: String, _ record: SessionRecord) {
        self.init(
            session: record.facts.withoutDomains, since: secondsSince1970(), priority: priority,
            note: note, uri: uri, goal: goal)
    }
}
