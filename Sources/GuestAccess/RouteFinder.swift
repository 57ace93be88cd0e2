package import Confinement
package import Libvirt
import Policy
import Protocol
import System
package import XML

/// Finds the routes to one port of a running guest.
package struct RouteFinder {
    private let host: HostConnection
    package let domain: Domain
    package let name: String
    package let description: Document
    package let port: UInt16
    /// Through forwards. If empty, the guest is reached at its own address.
    private let forwards: [GuestRoute]
    /// The MAC addresses of interfaces whose IP addresses belong to the guest alone.
    private let macs: Set<String>

    package init(
        _ host: HostConnection, to port: UInt16, of name: String, _ gate: any EffectGate
    ) throws {
        self.host = host
        self.name = name
        self.port = port
        domain = try host.domain(named: name)
        try gate.willConnect(to: port, of: domain)
        try host.checkRunning(domain, name)
        guard try host.isLocal() else {
            let uri = try host.open().uri()
            throw RequestError(
                .unsupported, "the guests of '\(uri)' cannot be reached from this host",
                hint: "run the helper on the host that they run on")
        }
        description = try host.description(of: domain)
        let leading = try Forward.all(in: description, of: name)
            .filter(host.isUsable).compactMap { $0.leading(to: port) }
        // One may lead to the port but not be usable from this host, see `GuestRoute.init`.
        forwards = leading.compactMap { GuestRoute($0) }
        if forwards.isEmpty, let device = leading.first?.device {
            throw RequestError(
                .unsupported,
                "port \(port) of domain '\(name)' is forwarded from the device '\(device)' only, "
                    + "which connections from this host do not use", object: name,
                hint: "give the portForward an address instead of 'dev'")
        }
        // On a user network, the guest's address is the host's own or not reachable at all.
        macs = Set(
            try description.root.nodes(
                "devices/interface[not(backend/@type='passt') and @type!='user']/mac/@address"
            ).map { $0.text.lowercased() })
        if forwards.isEmpty, macs.isEmpty { throw noRoute }
    }

    /// Whether nothing is read from a port before it is known to be the guest's.
    var provesFirst: Bool { !host.policy.connectsToUnprovenPorts }

    /// The question whether a route leads to the guest, if it must be answered before anything is
    /// read; `nil` if it is asked afterwards only.
    func proof(of route: GuestRoute) -> (() -> String?)? {
        guard provesFirst else { return nil }
        let finder = self
        return { finder.objection(to: route) }
    }

    private var noRoute: RequestError {
        RequestError(
            .notFound,
            "no forward leads to port \(port) of domain '\(name)', and none of its interfaces is "
                + "on a network of the host", object: name,
            hint: "'port-forwards' lists the forwards")
    }

    /// All routes known now. The agent is asked only if no other source knows an address: it
    /// answers slowly or not at all. Link-local addresses are used only with `orLinkLocal`, and if
    /// there is no other: they are useless to a client on another machine.
    package func routes(askingAgent: Bool, orLinkLocal: Bool = false) throws -> [GuestRoute] {
        if !forwards.isEmpty { return forwards }
        let known = try addresses(from: [.lease, .arp])
        var found = known.filter { !$0.isLinkLocal }
        if found.isEmpty, askingAgent {
            found = try addresses(from: [.agent]).filter { !$0.isLinkLocal }
        }
        if found.isEmpty, orLinkLocal {
            // Only the host's own table knows the device.
            found = known.filter { $0.isLinkLocal && $0.source == .arp }
        }
        // The guest controls what its agent reports, and which addresses it claims.
        return found.prefix(8).map { GuestRoute($0, port, isProofNeeded: provesFirst) }
    }

    private func addresses(from sources: [Domain.AddressSource]) throws -> [GuestAddress] {
        do {
            return try host.addresses(of: domain, description, from: sources).filter {
                $0.mac.map(macs.contains) ?? false
            }
        } catch let error as RequestError {
            // No source works: it may later, unless the domain has stopped.
            guard try domain.isActive() else { throw error }
            return []
        }
    }

    /// Why a route that just answered does not lead to the guest, for the end of a message; `nil`
    /// if it does, by more than the guest's own claim.
    package func objection(to route: GuestRoute) -> String? {
        if route.isForward {
            if isOwn(route) { return nil }
            return provesFirst
                ? "no process of the guest is known to listen there"
                : "another process of the host listens there"
        }
        guard let mac = route.claimedBy else { return nil }
        let objection = "another machine answers there, according to the host's neighbour table"
        do {
            let isConfirmed = try host.addresses(of: domain, description, from: [.arp]).contains {
                $0.source == .arp && $0.address == route.address && $0.mac == mac
            }
            return isConfirmed ? nil : objection
        } catch { return objection }
    }

    /// Why nothing may connect to a route; `nil` if a connection is permitted, or if only the
    /// connection itself can prove the route. The listener of a forward is known in advance, and so
    /// is the owner of an address that only the guest claims, once it has answered the host's
    /// request for its MAC address.
    func objectionBeforeConnecting(to route: GuestRoute) -> String? {
        guard provesFirst, route.isForward || route.isOnlyClaimed else { return nil }
        route.askWhoHasClaimedAddress()
        let end = ContinuousClock.now + .seconds(route.isForward ? 0 : 2)
        while true {
            guard let objection = objection(to: route) else { return nil }
            guard ContinuousClock.now < end else { return objection }
            pause(milliseconds: 50)
        }
    }

    /// Whether the domain's own process listens for a forward. If that cannot be determined, only a
    /// session that may connect to unproven ports uses it.
    private func isOwn(_ route: GuestRoute) -> Bool {
        do {
            guard let owner = try ForwardOwner(of: domain, host.open()) else {
                return !provesFirst
            }
            return try owner.listens(at: route.address, route.port)
        } catch let error as SystemError {
            // Not even root may look, e.g. in a container.
            return error.condition == .denied && !provesFirst
        } catch { return false }
    }
}
