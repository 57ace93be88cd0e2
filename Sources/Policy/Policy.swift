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
    /// writes, locks or uploads. `called` is the name that the client used, which may be an alias.
    package func denial(
        ofCommand name: String, called: String, changes: Bool
    ) -> Denial? {
        guard let confining else { return nil }
        guard confining.commands.contains(name) else {
            return Denial("command '\(called)' is not granted")
        }
        return changes && confining.isReadOnly
            ? Denial("command '\(called)' changes something, and this role is read-only") : nil
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

    /// Whether users and addresses of other sessions are shown.
    package var showsClients: Bool { confining == nil }

    // MARK: Gate 4, effects

    /// Whether a port is connected to if this host cannot tell whether it is the guest's.
    package var connectsToUnprovenPorts: Bool { confining == nil }

    /// Why a port of a guest is not granted; `nil` if it is.
    package func denial(ofGuestPort port: UInt16) -> Denial? {
        guard let confining, !confining.guestPorts.contains(where: { $0.contains(port) }) else {
            return nil
        }
        return Denial("port \(port) is not granted")
    }

    /// Fails if a domain may not get this name, which becomes that of a lock file.
    package func check(newDomainName name: String) throws(Denial) {
        guard let confining else { return }
        let isPortable = name.utf8.allSatisfy {
            switch $0 {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: "._+-".utf8.contains($0)
            }
        }
        guard isPortable, (1...64).contains(name.utf8.count), name != ".", name != "..",
            confining.domains?.matches(name) ?? false
        else { throw Denial("domain name '\(name)' is not granted") }
    }

    /// Whether a volume of this name may be created, replaced or removed in a writable pool.
    package func allowsWriting(volume name: String) -> Bool {
        confining.map { $0.volumes?.matches(name) ?? true } ?? true
    }

    /// The limits and rules of the confinement; `nil` without one.
    package var limits: Role? { confining }
}
