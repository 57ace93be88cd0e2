/// What a session may do. Decided once at the start; without a role everything is allowed.
///
/// The gates ask these questions. No other code asks whether there is a role.
package final class Policy: Sendable {
    /// `nil` allows everything.
    private let role: Role?
    /// Who the session is, for reservations and the log; `nil` without a role.
    package let identity: String?

    /// The proxy for downloads that the policy file names; `nil` without one.
    package let proxy: String?

    /// Everything is allowed, as in the original helper.
    package static let unconfined = Policy(role: nil, identity: nil)

    package init(role: Role?, identity: String?, proxy: String? = nil) {
        self.role = role
        self.identity = identity
        self.proxy = proxy
    }

    /// The role whose grants count: a trusted role has none to compare with.
    private var confining: Role? { role.flatMap { $0.isTrusted ? nil : $0 } }

    /// The role of the session, for reports and limits; `nil` without one.
    package var reportedRole: Role? { role }

    // MARK: Gate 1, commands

    /// Whether a protocol command or a word such as `connect` is granted; `name` is not an alias.
    package func allows(command name: String) -> Bool {
        confining.map { $0.commands.contains(name) } ?? true
    }

    /// Why a protocol command or word is not permitted; `nil` if it is. `changes` is whether it
    /// writes, locks or uploads.
    package func denial(ofCommand name: String, changes: Bool) -> Denial? {
        guard let confining else { return nil }
        guard confining.commands.contains(name) else {
            return Denial("command '\(name)' is not granted")
        }
        return changes && confining.isReadOnly
            ? Denial("command '\(name)' changes something, and this role is read-only") : nil
    }

    // MARK: Gate 2, virsh

    /// Whether a use of a virsh command is granted; see `VirshGrant.allows`.
    package func allows(virsh command: String, as use: VirshClass) -> Bool {
        confining.map { $0.virsh.allows(command, as: use) } ?? true
    }

    // MARK: Gate 3, objects

    /// Whether all objects of the host exist for this session.
    package var showsAllObjects: Bool { confining == nil }

    package func shows(domain name: String) -> Bool {
        confining.map { $0.domains?.matches(name) ?? false } ?? true
    }

    package func shows(network name: String) -> Bool {
        confining.map { $0.networks.contains(name) } ?? true
    }

    /// `nil` if the pool does not exist for this session.
    package func access(toPool name: String) -> PoolAccess? {
        guard let confining else { return .readWrite }
        return confining.pools[name]
    }

    // MARK: Gate 4, effects

    /// Whether a volume of this name may be created, replaced or removed in a writable pool.
    package func allowsWriting(volume name: String) -> Bool {
        confining.map { $0.volumes?.matches(name) ?? true } ?? true
    }

    /// The limits and rules of the confinement; `nil` without one.
    package var limits: Role? { confining }
}
