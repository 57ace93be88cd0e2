import Host
import Libvirt
import Synchronization

extension Session {
    /// Waits until a guest answers at one of its ports, at most `timeout` seconds. `address` and
    /// `port` are where the client reaches it, as far as that can be known; see `WayToGuest`.
    /// Fails at once when the guest stops.
    func waitForPort(
        _ port: UInt16, of name: String, timeout: Double, banner: Banner = .standard
    ) throws -> (address: String, port: UInt16, seconds: Double) {
        let began = ContinuousClock.now
        let wait = try PortWait(host, port, of: name, banner)
        let way = try wait.answered(until: began + .seconds(timeout), timeout)
        let taken = began.duration(to: .now).components
        return (
            way.address(for: client), way.port,
            Double(taken.seconds) + Double(taken.attoseconds) / 1e18
        )
    }
}

/// One wait for a guest's port.
private final class PortWait {
    private let host: HostConnection
    private var finder: WayFinder
    private let banner: Banner
    private let wakeup: Wakeup
    private var connection: Connection
    /// Why libvirt cannot be asked just now.
    private var loss: LibvirtError?
    private let hasStopped = Flag()
    private var subscriptions: [AnyObject?] = []
    private var probes: [PortProbe] = []
    private var turns = 0

    /// What the thread of libvirt's events tells ours.
    private final class Flag: Sendable {
        private let value = Atomic(false)
        var isSet: Bool { value.load(ordering: .acquiring) }
        func set() { value.store(true, ordering: .releasing) }
    }

    /// How often addresses are looked for that a guest may have got meanwhile.
    private static let interval = Duration.seconds(1)

    init(_ host: HostConnection, _ port: UInt16, of name: String, _ banner: Banner) throws {
        self.host = host
        self.banner = banner
        finder = try WayFinder(host, to: port, of: name)
        connection = try host.open()
        wakeup = try Wakeup()
        try subscribe()
    }

    private func subscribe() throws(LibvirtError) {
        let (wakeup, hasStopped) = (wakeup, hasStopped)
        subscriptions = []
        do throws(LibvirtError) {
            subscriptions = [
                try connection.subscribe(to: .lifecycle, of: finder.domain) { event in
                    guard event.change == .stopped || event.change == .crashed else { return }
                    hasStopped.set()
                    wakeup.wake()
                },
                try connection.subscribe(toClose: { wakeup.wake() }),
            ]
        } catch {
            // Without events its state is asked for each second.
            guard error.code == .noSupport else { throw error }
        }
        // It may have stopped before the subscription.
        if try !finder.domain.isActive() { hasStopped.set() }
    }

    /// Goes on with another connection, which may know another state of the domain.
    private func reconnect() throws {
        guard try host.domain(named: finder.name).isActive() else { return hasStopped.set() }
        finder = try WayFinder(host, to: finder.port, of: finder.name)
        connection = try host.open()
        try subscribe()
    }

    /// The first way by which the guest answers.
    func answered(
        until deadline: ContinuousClock.Instant, _ timeout: Double
    ) throws -> WayToGuest {
        var next = ContinuousClock.now
        while true {
            _ = wakeup.take()
            try checkGuest()
            if ContinuousClock.now >= next {
                try look()
                try checkGuest()
                next = .now + Self.interval
            }
            for probe in probes where try probe.proceed() {
                if finder.confirms(probe.way) { return probe.way }
                probe.disbelieve()
            }
            guard ContinuousClock.now < deadline else { throw timedOut(timeout) }
            let due = probes.reduce(min(deadline, next)) { min($0, $1.due) }
            try waitForAny(of: probes.compactMap(\.socket), or: [wakeup], until: due)
        }
    }

    private func checkGuest() throws {
        guard hasStopped.isSet else { return }
        // The last of what it wrote is still on its way into the log.
        pause(milliseconds: 50)
        throw Refusal(
            .libvirt,
            "domain '\(finder.name)' stopped before its port \(finder.port) answered"
                + lastWords(), object: finder.name)
    }

    /// Asks libvirt what may have changed. While it is away, as its daemon is that restarts, the ways
    /// that are known stay: no forward depends on it.
    private func look() throws {
        do {
            if !connection.isAlive { try reconnect() }
            try lookForWays()
            loss = nil
        } catch {
            loss = Refusal(error).libvirt
            guard loss?.isLoss == true else { throw error }
        }
    }

    /// Takes up ways that are new, and lets go of those that are no more.
    private func lookForWays() throws {
        if subscriptions.isEmpty, try !finder.domain.isActive() { return hasStopped.set() }
        let ways = try finder.ways(askingAgent: turns % 5 == 0)
        turns += 1
        probes.removeAll { probe in !ways.contains(probe.way) && probe.way.claimedBy == nil }
        for way in ways where !probes.contains(where: { $0.way == way }) {
            probes.append(try PortProbe(way, banner, guestPort: finder.port))
        }
    }

    private func timedOut(_ seconds: Double) -> Refusal {
        let outcomes = probes.map { "\($0.way.text) \($0.outcome)" }
        return Refusal(
            .timeout,
            "port \(finder.port) of domain '\(finder.name)' did not answer within "
                + "\(general(seconds)) s: "
                + (outcomes.isEmpty
                    ? "nobody knows an address of the guest" : outcomes.joined(separator: "; "))
                + (loss.map { "; libvirt is away: \($0.message)" } ?? "")
                + lastWords(), object: finder.name, libvirt: loss)
    }

    private func lastWords() -> String {
        let lines = lastConsoleLines(finder.description)
        return lines.isEmpty ? "" : "; its console's last lines:\n" + lines.joined(separator: "\n")
    }
}
