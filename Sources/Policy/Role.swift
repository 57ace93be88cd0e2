/// What one section `[role NAME]` of the policy file grants. The initial values are those of a
/// section without any key.
package struct Role: Sendable {
    package let name: String
    /// The values of its keys as the file has them, for reports.
    package var settings: [RoleKey: PolicySetting] = [:]
    /// Unconfined, but with an identity and an audit log.
    package var isTrusted = false
    /// The names of protocol commands, and of words such as `connect`. No aliases.
    package var commands: Set<String> = []
    package var virsh = VirshGrant()
    /// The domains that exist for the role; `nil`: none.
    package var domains: NamePattern?
    /// The pools that exist for the role.
    package var pools: [String: PoolAccess] = [:]
    /// The volumes that may be created, replaced or removed in writable pools; `nil`: all.
    package var volumes: NamePattern?
    package var networks: Set<String> = []
    package var reservation = ReservationRule.session
    package var guestPorts: [ClosedRange<UInt16>] = [22...22]
    package var hostPorts: [ClosedRange<UInt16>] = []
    package var hostAddresses: Set<String> = ["127.0.0.1"]
    package var maxMemoryBytes: UInt64 = 4 << 30
    package var maxVCPUs = 4
    /// The URLs that may be fetched; `nil`: none.
    package var urls: NamePattern?
    package var isReadOnly = false
    package var maxUploadBytes: UInt64 = 100 << 30
    package var maxReservations = 16
    package var maxSessions = 64
    /// In seconds; 0: no limit.
    package var idleTimeout = 0
    /// In seconds; 0: no limit.
    package var maxSessionSeconds = 86400
    /// The domains that `provision` may clone; `nil`: none.
    package var templates: NamePattern?
    package var maxGuests = 4
    package var mayForceRelease = false
    package var priority = 0

    package init(name: String) { self.name = name }
}

package enum PoolAccess: String, Sendable {
    case read = "r"
    case readWrite = "rw"
}

/// Whose reservation a change of a domain needs.
package enum ReservationRule: String, Sendable {
    /// The session's own.
    case session
    /// That of any session of the same identity.
    case identity
    /// None.
    case no
}

/// The value of `virsh`: classes and commands in the order of the file, where a later entry wins.
package struct VirshGrant: Sendable {
    package enum Subject: Sendable {
        /// All classes but `never`.
        case all
        case ofClass(VirshClass)
        case command(String)
    }

    package var entries: [(isRemoval: Bool, subject: Subject)] = []

    package init() {}

    /// Whether a use of a command is granted. `use` is the class of what it does with the options
    /// given: `memtune` without a new limit only reads.
    package func allows(_ command: String, as use: VirshClass) -> Bool {
        guard use != .never else { return false }
        var isAllowed = false
        for entry in entries {
            let applies =
                switch entry.subject {
                case .all: true
                case .ofClass(let granted): granted == use
                case .command(let name): name == command
                }
            if applies { isAllowed = !entry.isRemoval }
        }
        return isAllowed
    }
}
