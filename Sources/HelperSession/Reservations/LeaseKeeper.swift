import Lifetime
import Logging
import Policy
import Protocol
import Synchronization
import System
import Volumes

/// Keeps the leased domains of a session that has lost its client, until each lease ends or another
/// session takes the domain over.
///
/// The client watch asks it whether the session outlives its client. Then the main thread never
/// continues, and a thread of its own does the rest.
package final class LeaseKeeper: Sendable {
    let record: SessionRecord
    private let state = Mutex(State())

    /// What a session has besides its reservations.
    struct Parts: Sendable {
        let background: BackgroundRequests
        let temporaryVolumes: TemporaryVolumes
        let guests: SessionGuests
    }

    private struct State {
        /// `nil` until the session exists.
        var parts: Parts?
        var phase = Phase.withClient
        /// Cancels the request of the main thread.
        var request: Cancellation?
        /// When the client was lost.
        var begin = ContinuousClock.now
        /// The reservations that other threads give back.
        var ending: Set<Hold> = []
        /// `nil` until there is a lease, or a background request that may get one.
        var descriptors: Descriptors?
    }

    /// What a lease needs.
    private struct Descriptors {
        /// Woken when a domain is released.
        let domainReleased: Wakeup
        /// Woken when the client is lost.
        let clientLost: Wakeup
        /// Woken when the request of the main thread is cancelled, which is the last one.
        let requestCancelled: Wakeup
        /// Has spare descriptors for the socket, its directory, and a connection.
        let streams: StandardStreams.Replacement

        init() throws(SystemError) {
            domainReleased = try Wakeup()
            clientLost = try Wakeup()
            requestCancelled = try Wakeup()
            streams = try StandardStreams.Replacement(spareCount: 3)
        }
    }

    private enum Phase { case withClient, withoutClient, ended }

    package init(_ record: SessionRecord) { self.record = record }

    /// Opens all descriptors that the session needs to outlive its client, because the process may
    /// have none left by then. Call it before a domain is leased.
    func prepare() throws(SystemError) { _ = try descriptors() }

    private func descriptors() throws(SystemError) -> Descriptors {
        try state.withLock { (state) throws(SystemError) in
            if let descriptors = state.descriptors { return descriptors }
            let new = try Descriptors()
            state.descriptors = new
            return new
        }
    }

    /// The session exists.
    func begin(_ parts: Parts) { state.withLock { $0.parts = parts } }

    // MARK: Main thread

    /// Executes a request of the main thread, which the loss of the client cancels if the session
    /// outlives it.
    func execute(_ request: () throws -> Void) throws {
        // What arrives after the loss is not executed any more.
        if hasLostClient { waitForEnd() }
        // A background request may make the first lease meanwhile. The order counts: only this
        // thread starts such requests.
        let isAlone = state.withLock { $0.parts }?.background.isIdle != false
        if isAlone, !record.hasLeases { return try request() }
        guard let cancellation = newCancellation() else { return try request() }
        let isLost = state.withLock { state in
            if state.phase == .withClient { state.request = cancellation }
            return state.phase == .withoutClient
        }
        if isLost { waitForEnd() }
        defer {
            cancellation.end()
            let descriptors = state.withLock { state in
                state.request = nil
                return state.descriptors
            }
            descriptors?.domainReleased.wake()
        }
        var result = Result<Void, any Error>.success(())
        cancellation.run { result = Result { try request() } }
        try result.get()
    }

    /// `nil` if the process has no descriptors left: then no background request gets a lease.
    private func newCancellation() -> Cancellation? {
        do throws(SystemError) { return Cancellation(try descriptors().requestCancelled) } catch {
            record.log.warning("a lease cannot be prepared: \(error.message)")
            return nil
        }
    }

    /// The main thread has nothing left to do. Returns if the session is to end.
    package func finish() {
        // A lost connection ends the input a moment before the output loses its reader.
        if record.hasLeases, !hasLostClient {
            do throws(SystemError) {
                _ = try waitForAny(of: [descriptors().clientLost], until: .now + Self.patience)
            } catch {}
        }
        let hasEnded = state.withLock { state in
            if state.phase == .withClient { state.phase = .ended }
            return state.phase == .ended
        }
        if !hasEnded { waitForEnd() }
    }

    private static let patience = Duration.seconds(1)

    private var hasLostClient: Bool { state.withLock { $0.phase == .withoutClient } }

    private func waitForEnd() -> Never { while true { pause(milliseconds: 3_600_000) } }

    // MARK: Client watch

    /// Whether the session goes on without its client, which was lost.
    package func outlive() -> Bool {
        let parts = state.withLock { state -> Parts? in
            guard state.phase == .withClient, record.hasLeases, let parts = state.parts else {
                return nil
            }
            state.phase = .withoutClient
            state.begin = .now
            return parts
        }
        guard let parts else { return hasLostClient }
        let descriptors: Descriptors
        do throws(SystemError) {
            descriptors = try self.descriptors()
            descriptors.streams.closeSpare()
            // Who reads that there are leases can connect.
            let listener = listenIfPossible()
            record.beginLeases(descriptors.domainReleased)
            let changed = descriptors.domainReleased
            try startDetachedThread(stackSize: 1 << 20) { [self] in
                keep(parts, listener, changed)
            }
            try startDetachedThread(stackSize: 1 << 18) { [self] in endLate() }
            try descriptors.streams.replaceAll()
        } catch {
            record.log.error("cannot go on without the client: \(error.message)")
            return false
        }
        ProcessInformation.leaveSession()
        for domain in record.leased {
            let seconds = max(0, (domain.lease?.end ?? 0) - secondsSince1970())
            record.log.notice(
                "the client is lost; domain '\(domain.name)' stays reserved for \(seconds) s")
            record.audit.note(.leaseBegan, domain.name, by: nil)
        }
        parts.background.cancelAll()
        _ = state.withLock { $0.request }?.cancel()
        descriptors.clientLost.wake()
        return true
    }

    /// The process ends.
    package func end() {
        guard hasLostClient else { return }
        do throws(SystemError) { try removeFile(socketPath) } catch {}
    }

    private var socketPath: String { "\(record.state.leases)/\(ProcessInformation.id)" }

    // MARK: The thread without a client

    /// How long requests may take to notice that they are cancelled.
    private static let requestLimit = Duration.seconds(10)

    private func keep(_ parts: Parts, _ listener: LocalListener?, _ changed: Wakeup) {
        let requestsEnd = ContinuousClock.now + Self.requestLimit
        var haveRequestsEnded = false
        while record.hasLeases {
            let areIdle = parts.background.isIdle && state.withLock { $0.request == nil }
            haveRequestsEnded = haveRequestsEnded || areIdle || requestsEnd < .now
            // Not before: a request undoes what it has begun while it has the domain.
            if haveRequestsEnded {
                for domain in record.unleased where !record.isInUse(domain.name) {
                    _ = giveBack(domain)
                }
            }
            let areLocksComplete = record.completeLocks(parts.guests)
            guard var next = endLeases() else { break }
            // A long wait would grow by the time for which the host is suspended.
            next = min(next, .now + .seconds(areLocksComplete && areIdle ? 60 : 1))
            if !haveRequestsEnded { next = min(next, .now + .milliseconds(10)) }
            do throws(SystemError) {
                var events: [any Waitable] = [changed]
                if let listener { events.append(listener) }
                _ = try waitForAny(of: events, until: next)
                _ = changed.clear()
                if let listener, try waitForAny(of: [listener], until: .now),
                    let socket = try listener.accept()
                {
                    handOver(to: socket, parts)
                }
            } catch {
                record.log.error("cannot hand over leased domains: \(error.message)")
                pause(milliseconds: 100)
            }
        }
        ClientWatch.end(.leaseEnded)
    }

    private func listenIfPossible() -> LocalListener? {
        do throws(SystemError) { return try listen() } catch {
            record.log.error("leases cannot be resumed: \(error.message)")
            return nil
        }
    }

    private func listen() throws(SystemError) -> LocalListener? {
        let directory = record.state.leases
        try Directory.make(directory, mode: StateDirectory.directoryMode)
        for name in try Directory.names(in: directory) {
            guard let process = Int32(name), !ProcessInformation.exists(process) else { continue }
            // An entry that cannot be removed does not affect this session.
            do throws(SystemError) { try removeFile("\(directory)/\(name)") } catch {}
        }
        return try FileName(String(ProcessInformation.id)).map { (name) throws(SystemError) in
            try LocalListener(name, in: directory)
        }
    }

    func deadline(of domain: HeldDomain) -> ContinuousClock.Instant {
        state.withLock { $0.begin } + .seconds(domain.lease?.seconds ?? 0)
    }

    /// Gives back what is not leased any more. Returns when the next lease ends; `nil` if all have
    /// ended: then the end of the process gives the rest back, as that of any session.
    private func endLeases() -> ContinuousClock.Instant? {
        let leased = record.leased
        let ended = leased.filter { deadline(of: $0) <= .now }
        if ended.count == leased.count, !record.isResuming {
            let ending = state.withLock { $0.ending }
            for domain in ended where !ending.contains(domain.hold) { note(endOf: domain) }
            return nil
        }
        for domain in ended where giveBack(domain) { note(endOf: domain) }
        return leased.map(deadline).filter { $0 > .now }.min() ?? .now + .seconds(1)
    }

    private func note(endOf domain: HeldDomain) {
        record.log.notice("the lease of domain '\(domain.name)' has ended")
        record.audit.note(.leaseEnded, domain.name, by: nil)
    }

    /// Gives a domain back on a thread of its own: libvirt may take its time, and the other leases
    /// must end in time. Returns false if that has begun before.
    private func giveBack(_ domain: HeldDomain) -> Bool {
        guard state.withLock({ $0.ending.insert(domain.hold).inserted }) else { return false }
        let run: @Sendable () -> Void = { [record] in
            CriticalSection.run {
                record.lost.alone(on: domain.name) {
                    guard record.hold(of: domain.name) == domain.hold else { return }
                    _ = record.release(domain.name)
                }
            }
        }
        do throws(SystemError) { try startDetachedThread(stackSize: 1 << 20, run) } catch { run() }
        return true
    }

    /// How long the end of the last lease may take.
    private static let endLimit = Duration.seconds(30)

    /// Ends the process if the other thread does not, e.g. because libvirt does not answer.
    private func endLate() {
        var last = ContinuousClock.now
        while .now < last + Self.endLimit {
            last = record.leased.map(deadline).max() ?? last
            pause(milliseconds: 5000)
        }
        record.log.error("the leases have ended, but not this process; it is ended")
        ClientWatch.end(.leaseEnded)
    }
}
