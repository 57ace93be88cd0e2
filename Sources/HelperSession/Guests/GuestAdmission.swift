import Libvirt
import Logging
import Policy
import Protocol
import System
import Wire

extension Session {
    /// Reserves a guest's name, its host ports, and what it takes of the host. If there is not
    /// enough, waits up to `order.wait` seconds for its turn, and reports the position in the queue
    /// to `progress`.
    func admit(
        _ identity: GuestIdentity, _ demand: GuestDemand, _ order: GuestOrder,
        _ progress: inout Progress
    ) throws -> GuestPorts {
        if demand.portCount > 0, demand.ranges.isEmpty { throw noPorts }
        let deadline = order.wait.map { ContinuousClock.now + .seconds($0) }
        return try host.opening(until: deadline) {
            try GuestAdmission(self, identity, demand, order)
                .admit(until: deadline, &progress)
        }
    }

    private var noPorts: RequestError {
        guard policy.limits == nil else {
            return RequestError(
                .denied, "denied: no host ports are granted for guests ('host-ports')",
                isPolicyDenial: true)
        }
        return RequestError(
            .unsupported, "this host has no ports for guests on demand",
            hint: "start the helper with --ports FIRST-LAST")
    }
}

/// A request for a guest that needs room on the host.
private final class GuestAdmission {
    private let session: Session
    private let identity: GuestIdentity
    private let demand: GuestDemand
    private let order: GuestOrder
    private let queue: ReservationQueue
    private let uri: String
    /// Why the last attempt failed.
    private var lack: Lack?
    /// The requests ahead that have left room alone.
    private var idle: IdleWaiters
    /// When to look even if others are ahead.
    private var nextLook = ContinuousClock.now

    private var reservations: ReservedDomains { session.reservations }

    init(
        _ session: Session, _ identity: GuestIdentity, _ demand: GuestDemand, _ order: GuestOrder
    ) throws {
        self.session = session
        self.identity = identity
        self.demand = demand
        self.order = order
        uri = try session.uriOfHost()
        queue = ReservationQueue(session.reservations.state, uri: uri)
        idle = IdleWaiters(queue, patience: Self.patience, session.log)
    }

    /// How long a request may leave room alone before others pass it over: a process may be
    /// stopped. Longer than for a domain, because it looks at all domains first.
    private static let patience = Duration.seconds(3)
    /// How often the first request looks without an event: no event reports that programs use less
    /// memory, or do not listen at a port any more.
    private static let interval = Duration.seconds(10)

    func admit(
        until deadline: ContinuousClock.Instant?, _ progress: inout Progress
    ) throws -> GuestPorts {
        try checkServable()
        let rank = ReservationQueue.rank(order.priority)
        guard let deadline else {
            let attempt = try Attempt.repeated(patience: Self.patience, pauses: 100...1000) {
                try self.attempt(before: rank)
            }
            if let ports = attempt.value { return ports }
            throw RequestError(.busy, reason, hint: "'wait' waits for it")
        }
        if let ports = try attempt(before: rank).value { return ports }
        try reservations.checkGuests()
        let waiter = Waiter(
            .guest(template: order.template, demand), priority: order.priority, note: order.note,
            uri, reservations.record)
        let wait = try QueueWait(
            session, queue, waiter,
            // Hidden domains need room, too.
            DomainChangeEvents(
                session.host, [.stopped, .undefined, .crashed], includesHidden: true))
        let ports = try wait.run(
            until: deadline, progress: &progress, step: "\(reason); waiting", refresh: {},
            attempt: { rank, isBehind in
                // To look at all domains takes long. Each interval it is done in any case.
                if isBehind, idle.isEmpty, .now < nextLook {
                    return Attempt<GuestPorts>(retry: nextLook)
                }
                return try self.attempt(before: rank)
            })
        guard let ports else { throw RequestError(.busy, reason) }
        return ports
    }

    /// Throws if the host can never serve the request, which would keep all later ones waiting.
    private func checkServable() throws {
        if demand.portCount > 0 {
            let count = Set(demand.ranges.joined()).count
            guard demand.portCount <= count else {
                throw RequestError(
                    .busy,
                    "the guest needs \(demand.portCount) host ports, and there are never more than "
                        + "\(count) for guests: \(ranges)")
            }
        }
        let room = try HostRoom(session.host.open(), running: [])
        guard let shortage = room.permanentShortage(for: demand.needs) else { return }
        throw RequestError(
            .busy, shortage.permanentMessage(showsHost: session.policy.showsAllObjects))
    }

    // MARK: Attempts

    private func attempt(before rank: String?) throws -> Attempt<GuestPorts> {
        nextLook = .now + QueueWait.interval
        reservations.record.repair()
        var attempt = Attempt<GuestPorts>()
        var ahead = try waiters(before: rank)
        let isAlone = ahead.isEmpty && lack == nil
        idle.beginAttempt()
        // First without locks: releasing them would wake all requests that wait. If none is ahead,
        // the first attempt skips this, because `take` looks as well.
        if !isAlone {
            let host = try HostState(session)
            ahead.removeAll { idle.passOver($0) }
            lack = try host.lack(for: demand, after: ahead[...])
            if lack != nil {
                attempt.retry(at: .now + (ahead.isEmpty ? Self.interval : QueueWait.interval))
                if let first = try host.firstServable(ahead) {
                    let (isNew, nextLook) = idle.see(first)
                    // No event may have told it that there is room.
                    if isNew { queue.wake(first) }
                    attempt.isLeftToOthers = true
                    attempt.retry(at: nextLook)
                }
                return attempt
            }
        }
        attempt.value = try take(after: ahead)
        if attempt.value == nil {
            attempt.retry(at: .now + (ahead.isEmpty ? Self.interval : QueueWait.interval))
        }
        return attempt
    }

    private func waiters(before rank: String?) throws -> [QueuedWaiter] {
        do throws(SystemError) {
            return try queue.waiters(before: rank).filter { !$0.waiter.goal.isDomain }
        } catch {
            throw RequestError("cannot read the queue in '\(reservations.state.queue)'", error)
        }
    }

    /// `nil` if there is not enough.
    private func take(after ahead: [QueuedWaiter]) throws -> GuestPorts? {
        let connection = try session.host.open()
        var survey: HostSurvey?
        let ports = try GuestPorts(
            demand.portCount, of: demand.ranges, in: reservations.state
        ) {
            let found = try HostSurvey(connection)
            survey = found
            return found
        }
        guard let ports else {
            lack = .ports
            return nil
        }
        let room = try HostRoom(connection, running: (survey ?? HostSurvey(connection)).running)
        let shortage = try reservations.reserve(
            guest: identity, demand.needs, room,
            after: ahead.compactMap(\.demand?.needs), note: order.note)
        if let shortage {
            lack = .room(shortage)
            return nil
        }
        return ports
    }

    // MARK: Reasons

    private var reason: String {
        switch lack {
        case .ports:
            let missing =
                demand.portCount == 1 ? "no port is" : "fewer than \(demand.portCount) ports are"
            return "\(missing) left for a guest, of \(ranges)"
        case .room(let shortage):
            return shortage.message(showsHost: session.policy.showsAllObjects)
        case .turn, nil: return "earlier requests wait for room for their guests"
        }
    }

    private var ranges: String {
        let ranges = demand.ranges.map {
            $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)"
        }
        return ranges.joined(separator: " ")
    }
}

/// Why a request for a guest must wait.
private enum Lack {
    case ports
    case room(HostRoom.Shortage)
    /// There is enough, but for requests that are ahead.
    case turn
}

/// What a host has left for guests, as of the moment of its creation.
private struct HostState {
    private let state: StateDirectory
    private let survey: HostSurvey
    private let room: HostRoom
    private let guests: [(name: String, needs: GuestNeeds)]

    init(_ session: Session) throws {
        let record = session.reservations.record
        let connection = try session.host.open()
        state = record.state
        survey = try HostSurvey(connection)
        room = try HostRoom(connection, running: survey.running)
        guests = try record.readOthers().guests + record.facts.guests
    }

    /// Why a request cannot be served now; `nil` if it can.
    func lack(for demand: GuestDemand, after ahead: ArraySlice<QueuedWaiter>) throws -> Lack? {
        guard try GuestPorts.areFree(demand.portCount, of: demand.ranges, in: state, survey) else {
            return .ports
        }
        if let shortage = room.shortage(for: demand.needs, beside: guests) {
            return .room(shortage)
        }
        let others = ahead.compactMap(\.demand)
        let isFirst =
            !others.contains { $0.sharesPorts(with: demand) }
            && room.shortage(for: demand.needs, beside: guests, and: others.map(\.needs)) == nil
        return isFirst ? nil : .turn
    }

    /// The first request that could be served; `nil` if there is none.
    func firstServable(_ ahead: [QueuedWaiter]) throws -> QueuedWaiter? {
        for (index, waiter) in ahead.enumerated() {
            guard let demand = waiter.demand else { continue }
            if try lack(for: demand, after: ahead[..<index]) == nil { return waiter }
        }
        return nil
    }
}
