import System
import Text

/// A domain that a session holds.
struct HeldSince {
    let name: String
    /// When it was reserved, in seconds since 1970.
    let since: Int64
    /// What the client says to others about it.
    var note: String?
    var lease: Lease?
}

/// What a session says about itself.
struct SessionFacts {
    /// With a role, the identity that the administrator gave it; else the reservation name, or the
    /// user.
    let identity: String
    /// `nil` without a role: then `identity` proves nothing.
    var role: String?
    /// With a role, what `setname` added to the identity.
    var note: String?
    let user: String
    /// Address and port of the ssh client; `nil` without ssh.
    let peer: String?
    /// When the session began, in seconds since 1970.
    let since: Int64
    /// The domains that it holds, and when it reserved them.
    let domains: [HeldSince]
    /// The guests on demand among them, and what they take of the host.
    var guests: [(name: String, needs: GuestNeeds)] = []
    /// Whether the session is ending, and only undoes what is unfinished.
    var isEnding = false

    /// As in the file.
    var json: JSONValue {
        .object([
            ("identity", .string(identity)), ("role", role.map { .string($0) } ?? .null),
            ("note", note.map { .string($0) } ?? .null), ("user", .string(user)),
            ("peer", peer.map { .string($0) } ?? .null), ("since", .integer(since)),
            ("ending", .bool(isEnding)),
            // Earlier versions read numbers here.
            ("domains", .object(domains.map { ($0.name, .integer($0.since)) })),
            (
                "notes",
                .object(
                    domains.compactMap { domain in
                        domain.note.map { (domain.name, .string($0)) }
                    })
            ),
            (
                "leases",
                .object(
                    domains.compactMap { domain in
                        domain.lease.map { (domain.name, $0.json) }
                    })
            ),
            ("guests", .object(guests.map { ($0.name, $0.needs.json) })),
        ])
    }

    /// The same for a file that is not about domains.
    var withoutDomains: SessionFacts {
        SessionFacts(
            identity: identity, role: role, note: note, user: user, peer: peer, since: since,
            domains: [])
    }
}

extension SessionFacts {
    /// The most bytes that a session's file has.
    static let sizeLimit = 1 << 20

    /// What the file of a session says.
    enum Record {
        /// There is none, as with the original helper.
        case none
        /// It is too long, or not of this version.
        case unreadable
        case facts(SessionFacts)
    }

    static func record(
        of process: Int32, _ state: StateDirectory
    ) throws(SystemError) -> Record {
        let bytes: [UInt8]?
        do throws(SystemError) {
            bytes = try RecordLock.contents(
                of: state.session(process), lockedBy: process, limit: sizeLimit)
        } catch {
            guard error == .tooLong else { throw error }
            return .unreadable
        }
        guard let bytes else { return .none }
        guard let facts = SessionFacts(String(decoding: bytes, as: UTF8.self)) else {
            return .unreadable
        }
        return .facts(facts)
    }

    /// The facts about another session; `nil` if its record does not tell them.
    static func of(_ process: Int32, _ state: StateDirectory) throws(SystemError) -> SessionFacts? {
        guard case .facts(let facts) = try record(of: process, state) else { return nil }
        return facts
    }

    /// `nil` if the text is not a record of this version.
    init?(_ text: String) {
        let value: JSONValue
        do throws(JSONError) { value = try JSONParser.value(of: text) } catch { return nil }
        self.init(value)
    }

    init?(_ value: JSONValue) {
        guard case .string(let identity)? = value["identity"],
            case .string(let user)? = value["user"], case .number(let since)? = value["since"],
            let since = Int64(since), case .object(let domains)? = value["domains"]
        else { return nil }
        self.identity = identity
        self.user = user
        self.since = since
        if case .string(let peer)? = value["peer"] { self.peer = peer } else { peer = nil }
        if case .string(let role)? = value["role"] { self.role = role }
        if case .string(let note)? = value["note"] { self.note = note }
        if case .bool(true)? = value["ending"] { isEnding = true }
        var notes: [(name: String, value: JSONValue)] = []
        if case .object(let members)? = value["notes"] { notes = members }
        var leases: [(name: String, value: JSONValue)] = []
        if case .object(let members)? = value["leases"] { leases = members }
        self.domains = domains.compactMap { name, value in
            guard case .number(let digits) = value, let since = Int64(digits) else { return nil }
            // Swift considers names equal that libvirt does not.
            let note = notes.last { $0.name.utf8.elementsEqual(name.utf8) }
            let lease = leases.last { $0.name.utf8.elementsEqual(name.utf8) }
            return HeldSince(
                name: name, since: since, note: note.flatMap { Self.text($0.value) },
                lease: lease.flatMap { Lease($0.value) })
        }
        guard case .object(let guests)? = value["guests"] else { return }
        self.guests = guests.compactMap { name, value in
            GuestNeeds(value).map { (name, $0) }
        }
    }

    private static func text(_ value: JSONValue) -> String? {
        guard case .string(let text) = value else { return nil }
        return text
    }

    /// What the session says about a domain that it holds; `nil` if it does not name it.
    func held(_ domain: String) -> HeldSince? {
        domains.first { $0.name.utf8.elementsEqual(domain.utf8) }
    }

    /// When the session reserved a domain: a moment after it locked the domain, the record may not
    /// name the domain yet.
    func since(of domain: String) -> Int64 { held(domain)?.since ?? since }

    /// Whether both sessions have a role, and the same identity.
    func hasSameIdentity(as other: SessionFacts) -> Bool {
        role != nil && other.role != nil && identity.utf8.elementsEqual(other.identity.utf8)
    }

    /// Whether the session has lost its client and has leases.
    var hasLostClient: Bool { domains.contains { $0.lease?.end != nil } }

    /// Whether a client of this session may take over what a session like the other one leaves:
    /// with roles, both have the same identity and role; without, the same account.
    func hasSameOwner(as other: SessionFacts) -> Bool {
        if role == nil, other.role == nil { return user.utf8.elementsEqual(other.user.utf8) }
        return role == other.role && hasSameIdentity(as: other)
    }

    /// Whether the session has lost its client, and holds a domain that a client of the other
    /// session may take over.
    func hasLease(of domain: String, for other: SessionFacts) -> Bool {
        held(domain)?.lease?.end != nil && hasSameOwner(as: other)
    }

    /// Who the session is, for people: with a role the identity, then what `setname` added.
    var name: String {
        guard role != nil, let note else { return identity }
        return "\(identity) \(note)"
    }

    /// The same for a client with a role: like the name of a process it has 15 bytes at most,
    /// unless the identity itself is longer. Of a session without a role, nothing is told.
    var publicName: String {
        guard role != nil else { return Self.anotherSession }
        let text = shortened(name)
        return text.utf8.count < identity.utf8.count ? identity : text
    }

    /// What a client with a role learns about a holder that has no identity.
    static let anotherSession = "another session"
}
