import Synchronization

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

    /// The host ports that guests on demand may get.
    package let portsForGuests: [ClosedRange<UInt16>]

    /// The names of the guests on demand of the session's identity, as bytes.
    private let guests = Mutex<Set<[UInt8]>>([])

    /// Everything is allowed, as in the original helper.
    package static let unconfined = Policy(role: nil, identity: nil)

    /// `portsForGuests`: without a role; with one, its own count.
    package init(
        role: Role?, identity: String?, proxy: String? = nil,
        portsForGuests: [ClosedRange<UInt16>] = []
    ) {
        self.role = role
        self.identity = identity
        self.proxy = proxy
        self.portsForGuests = role?.hostPorts ?? portsForGuests
    }

    /// The role whose grants count: a trusted role has none to compare with.
    private var confining: Role? { role.flatMap { $0.isTrusted ? nil : $0 } }

    /// The role of the session, for reports and limits; `nil` without one.
    package var reportedRole: Role? { role }

    // MARK: Gate 1, commands

    /// Whether a protocol command or a word such as `connect` is granted; `name` is not an alias.
    package func allows(command name: String) -> Bool {
        confining.map {
            $0.commands.contains(name) || PolicyVocabulary.alwaysGranted.contains(name)
        } ?? true
    }

    /// Whether lists of commands show it. What needs no grant belongs to the commands that do.
    package func lists(command name: String) -> Bool {
        confining.map { $0.commands.contains(name) } ?? true
    }

    /// Why a protocol command or word is not permitted; `nil` if it is. `changes` is whether it
    /// writes, locks or uploads. `called` is the name that the client used, which may be an alias.
    package func denial(
        ofCommand name: String, called: String, changes: Bool
    ) -> Denial? {
        guard let confining else { return nil }
        guard allows(command: name) else {
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
        guard let confining else { return true }
        if confining.domains?.matches(name) == true { return true }
        return guests.withLock { !$0.isEmpty && $0.contains(Array(name.utf8)) }
    }

    /// The regular expression of the domains that exist for this session; `nil`: all do.
    package var visibleDomains: String? {
        // Without a pattern none exist, and an empty pattern matches no name.
        confining.map { $0.domains?.text ?? "" }
    }

    /// Whether the session may have guests on demand whose names its role does not show otherwise.
    package var hidesGuests: Bool { confining?.templates != nil }

    /// From now on the session shows these guests on demand, those of its identity, and no others.
    package func show(guests names: Set<[UInt8]>) { guests.withLock { $0 = names } }

    package func shows(network name: String) -> Bool {
        // Byte for byte, as libvirt compares: Swift's strings also equal other forms of an accent.
        confining.map { $0.networks.contains { $0.utf8.elementsEqual(name.utf8) } } ?? true
    }

    /// `nil` if the pool does not exist for this session.
    package func access(toPool name: String) -> PoolAccess? {
        guard let confining else { return .readWrite }
        return confining.pools.first { $0.key.utf8.elementsEqual(name.utf8) }?.value
    }

    /// Whether users and addresses of other sessions are shown.
    package var showsClients: Bool { confining == nil }

    // MARK: Gate 4, effects

    /// Why a request may not have this priority in the queue; `nil` if it may.
    package func denial(ofPriority priority: Int) -> Denial? {
        guard let confining, priority > confining.priority else { return nil }
        return Denial(
            "priority \(priority) is not granted; the highest is \(confining.priority) ('priority')"
        )
    }

    /// Why a lease of `seconds` is not granted; `nil` if it is. The limits of the session go on
    /// without its client.
    package func denial(ofLease seconds: Double) -> Denial? {
        limit(ofLease: seconds).map {
            Denial("a lease longer than the role's '\($0.rawValue)' is not granted")
        }
    }

    /// The key of the role that does not permit such a lease.
    package func limit(ofLease seconds: Double) -> RoleKey? {
        guard let confining else { return nil }
        func isExceeded(_ limit: Int) -> Bool { limit > 0 && seconds > Double(limit) }
        if isExceeded(confining.idleTimeout) { return .idleTimeout }
        return isExceeded(confining.maxSessionSeconds) ? .maxSession : nil
    }

    /// Why domains of others may not be released; `nil` if they may.
    package var denialOfForcedRelease: Denial? {
        guard let confining, !confining.mayForceRelease else { return nil }
        return Denial("'force' of command 'release' is not granted ('force-release')")
    }

    /// Why a guest may not be stopped when its domain is given back; `nil` if it may.
    package var denialOfStop: Denial? {
        allows(virsh: "destroy", as: .power)
            ? nil : Denial("'stop' needs virsh command 'destroy', which is not granted")
    }

    /// Whether a port is connected to if this host cannot tell whether it is the guest's.
    package var connectsToUnprovenPorts: Bool { confining == nil }

    /// Why a port of a guest is not granted; `nil` if it is.
    package func denial(ofGuestPort port: UInt16) -> Denial? {
        guard let confining, !confining.guestPorts.contains(where: { $0.contains(port) }) else {
            return nil
        }
        return Denial("port \(port) is not granted")
    }

    /// Fails if no guest may be made from a domain of this name, which need not exist.
    package func check(template name: String) throws(Denial) {
        guard let confining, confining.templates?.matches(name) != true else { return }
        throw Denial("template '\(name)' is not granted")
    }

    /// Where a forward of a guest on demand may listen, whose template has this address, `nil` for
    /// all: there, or if that is not granted, at a granted one. Fails if none is granted.
    package func address(ofForward address: String?) throws(Denial) -> String? {
        guard let confining else { return address }
        let granted = confining.hostAddresses
        let isGranted =
            address.map(granted.contains) ?? granted.isSuperset(of: ["0.0.0.0", "::"])
        if isGranted { return address }
        if let first = granted.sorted().first { return first }
        throw Denial("no address of the host is granted for forwards ('host-addresses')")
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
