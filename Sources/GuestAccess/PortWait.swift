package import Confinement
package import Libvirt
import Protocol
import Synchronization
import System
import Text
package import Wire

extension HostConnection {
    /// Waits until a guest answers at one of its ports, for at most `timeout` seconds. Returns the
    /// address and port for the client, see `GuestRoute.address(for:)`, and the seconds it took.
    /// Throws at once if the guest stops.
    package func waitForPort(
        _ port: UInt16, ofDomain name: String, timeout: Double, banner: Banner = .standard,
        for client: Client, _ gate: any EffectGate
    ) throws -> (address: String, port: UInt16, seconds: Double) {
        let start = ContinuousClock.now
        let deadline = start + .seconds(timeout)
        let route = try opening(until: deadline) {
            try PortWait(self, port, of: name, banner, gate)
                .answeringRoute(until: deadline, timeout)
        }
        return (route.address(for: client), route.port, start.duration(to: .now) / .seconds(1))
    }
}

/// One wait for a guest's port.
private final class PortWait {
    private let host: HostConnection
    private let gate: any EffectGate
    private var finder: RouteFinder
    private let banner: Banner
    /// Woken by libvirt's event thread.
    private let wakeup: Wakeup
    private var connection: Connection
    /// Why libvirt cannot be asked at present.
    private var loss: LibvirtError?
    private let hasStopped = Flag()
    private var subscriptions: [AnyObject?] = []
    private var probes: [PortProbe] = []
    private var turns = 0

    /// Set by libvirt's event thread and read by ours.
    private final class Flag: Sendable {
        private let value = Atomic(false)
        var isSet: Bool { value.load(ordering: .acquiring) }
        func set() { value.store(true, ordering: .releasing) }
    }

    /// How often to look for addresses that the guest has got since.
    private static let interval = Duration.seconds(1)

    init(
        _ host: HostConnection, _ port: UInt16, of name: String, _ banner: Banner,
        _ gate: any EffectGate
    ) throws {
        self.host = host
        self.gate = gate
        self.banner = banner
        finder = try RouteFinder(host, to: port, of: name, gate)
        connection = try host.open()
        wakeup = try Wakeup()
        try subscribe()
    }

    private func subscribe() throws(LibvirtError) {
        let (wakeup, hasStopped) = (wakeup, hasStopped)
        subscriptions = []
        do throws(LibvirtError) {
            subscriptions = [
                // The closures run on libvirt's event thread: set the flag first, then wake ours.
                try connection.subscribe(to: .lifecycle, of: finder.domain) { event in
                    guard event.change == .stopped || event.change == .crashed else { return }
                    hasStopped.set()
                    wakeup.wake()
                },
                try connection.subscribe(toClose: { _ in wakeup.wake() }),
            ]
        } catch {
            // Without events, `lookForRoutes` asks for the state every second.
            guard error.code == .noSupport else { throw error }
        }
        // It may have stopped before the subscription.
        if try !finder.domain.isActive() { hasStopped.set() }
    }

    /// Continues with a new connection, which may report another state of the domain.
    private func reconnect() throws {
        guard try host.domain(named: finder.name).isActive() else { return hasStopped.set() }
        finder = try RouteFinder(host, to: finder.port, of: finder.name, gate)
        connection = try host.open()
        try subscribe()
    }

    /// The first route through which the guest answers.
    func answeringRoute(
        until deadline: ContinuousClock.Instant, _ timeout: Double
    ) throws -> GuestRoute {
        var nextLook = ContinuousClock.now
        while true {
            // Before looking at the state: a later event wakes us again.
            _ = wakeup.clear()
            try checkGuest()
            if ContinuousClock.now >= nextLook {
                // Another session may have reserved the domain during the wait.
                try gate.willConnect(to: finder.port, of: finder.domain)
                try look()
                try checkGuest()
                nextLook = .now + Self.interval
            }
            for probe in probes where try probe.proceed() {
                guard let objection = finder.objection(to: probe.route) else { return probe.route }
                probe.reject(objection)
            }
            guard ContinuousClock.now < deadline else { throw timedOut(timeout) }
            // The next time at which something has to be done even if no event comes.
            let due = probes.reduce(min(deadline, nextLook)) { min($0, $1.due) }
            try waitForAny(of: probes.compactMap(\.socket), or: [wakeup], until: due)
        }
    }

    private func checkGuest() throws {
        guard hasStopped.isSet else { return }
        // The end of its console output may still be on its way to the log.
        try pauseOrCancel(milliseconds: 50)
        throw RequestError(
            .libvirt,
            "domain '\(finder.name)' stopped before its port \(finder.port) answered"
                + consoleTail(), object: finder.name)
    }

    /// Asks libvirt for changes. While its daemon restarts, the known routes stay in use: forwards
    /// do not depend on the daemon.
    private func look() throws {
        do {
            // The shortest time limit, because no port is probed in the meantime.
            if !connection.isAlive { try host.opening(until: .now) { try reconnect() } }
            try lookForRoutes()
            loss = nil
        } catch {
            loss = RequestError(error).libvirt
            guard loss?.isLoss == true else { throw error }
        }
    }

    /// Adds probes for new routes and removes those of routes that have vanished.
    private func lookForRoutes() throws {
        if subscriptions.isEmpty, try !finder.domain.isActive() { return hasStopped.set() }
        // Every fifth second only: an agent that hangs blocks the call, and this thread.
        let routes = try finder.routes(askingAgent: turns % 5 == 0)
        turns += 1
        // Routes from the agent are missing in the turns in which it is not asked.
        probes.removeAll { probe in
            !routes.contains(probe.route) && probe.route.claimedBy == nil
        }
        for route in routes where !probes.contains(where: { $0.route == route }) {
            probes.append(
                try PortProbe(
                    route, banner, guestPort: finder.port, objection: finder.proof(of: route)))
        }
    }

    private func timedOut(_ seconds: Double) -> RequestError {
        let outcomes = probes.map { "\($0.route.text) \($0.outcome)" }
        return RequestError(
            .timeout,
            "port \(finder.port) of domain '\(finder.name)' did not answer within "
                + "\(general(seconds)) s: "
                + (outcomes.isEmpty
                    ? "no address known for the guest" : outcomes.joined(separator: "; "))
                + (loss.map { "; libvirt cannot be reached: \($0.message)" } ?? "")
                + consoleTail(), object: finder.name, libvirt: loss)
    }

    private func consoleTail() -> String {
        let lines = lastConsoleLines(finder.description)
        return lines.isEmpty ? "" : "; its console's last lines:\n" + lines.joined(separator: "\n")
    }
}
