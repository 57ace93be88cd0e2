import Confinement
import Libvirt
import Policy
import System

/// Gate 4 of a session with a role.
final class SessionGate: EffectGate {
    let role: Role
    let policy: Policy
    let host: HostConnection
    let reservations: ReservedDomains
    /// Held from a check to its effect.
    let effects: HostLock
    /// How long to wait for `effects`.
    var patience = Duration.seconds(30)
    /// The volumes that were examined in the present section; see `VolumeUse`.
    var examined: [VolumeUse: ByteLock.Mode] = [:]
    /// Those of an effect that others need not wait for.
    var kept: [ByteLock] = []
    /// The bytes that this session has stored; see `willStore`.
    var stored: UInt64 = 0

    /// `nil` without a confining role.
    init?(_ policy: Policy, _ host: HostConnection, _ reservations: ReservedDomains) {
        guard let role = policy.limits else { return nil }
        self.role = role
        self.policy = policy
        self.host = host
        self.reservations = reservations
        effects = HostLock(reservations.state.effectsLock)
    }

    /// The connection with all objects of the host, hidden ones included.
    var hostObjects: Connection {
        get throws { try host.open().unfiltered }
    }
}
