import Confinement
import Libvirt
import Policy
import Synchronization
import System

/// The bytes that a session has stored; see `SessionGate.willStore`.
final class StoredBytes: Sendable {
    private let count = Mutex<UInt64>(0)

    /// Adds some bytes. Returns how many may still be stored if that would be more than `limit`,
    /// and then adds nothing; else `nil`.
    func add(_ bytes: UInt64, limit: UInt64) -> UInt64? {
        count.withLock { count in
            guard bytes <= limit - count else { return limit - count }
            count += bytes
            return nil
        }
    }

    /// Some bytes are not stored any more.
    func remove(_ bytes: UInt64) { count.withLock { $0 -= bytes } }
}

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
    let stored: StoredBytes
    /// When the next question of `willGoOnReading` is answered anew.
    var nextReadCheck = ContinuousClock.now

    /// `nil` without a confining role.
    init?(
        _ policy: Policy, _ host: HostConnection, _ reservations: ReservedDomains,
        _ stored: StoredBytes
    ) {
        guard let role = policy.limits else { return nil }
        self.role = role
        self.policy = policy
        self.host = host
        self.reservations = reservations
        self.stored = stored
        effects = HostLock(reservations.state.effectsLock)
    }

    /// The connection with all objects of the host, hidden ones included.
    var hostObjects: Connection {
        get throws { try host.open().unfiltered }
    }
}
