import Confinement
import Libvirt
import Policy

/// Gate 4 of a session with a role.
final class SessionGate: EffectGate {
    let role: Role
    let policy: Policy
    let host: HostConnection
    let reservations: ReservedDomains
    private let hostWideLock: HostWideLock

    /// `nil` without a confining role.
    init?(_ policy: Policy, _ host: HostConnection, _ reservations: ReservedDomains) {
        guard let role = policy.limits else { return nil }
        self.role = role
        self.policy = policy
        self.host = host
        self.reservations = reservations
        hostWideLock = HostWideLock(reservations.state)
    }

    func exclusively<Result>(_ body: () throws -> Result) throws -> Result {
        try hostWideLock.exclusively(body)
    }

    /// The connection with all objects of the host, hidden ones included.
    var hostObjects: Connection {
        get throws { try host.open().unfiltered }
    }
}
