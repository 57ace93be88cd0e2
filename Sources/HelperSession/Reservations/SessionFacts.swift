import System
import Text

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
    let domains: [(name: String, since: Int64)]

    /// As in the file.
    var json: JSONValue {
        .object([
            ("identity", .string(identity)), ("role", role.map { .string($0) } ?? .null),
            ("note", note.map { .string($0) } ?? .null), ("user", .string(user)),
            ("peer", peer.map { .string($0) } ?? .null), ("since", .integer(since)),
            ("domains", .object(domains.map { ($0.name, .integer($0.since)) })),
        ])
    }
}

extension SessionFacts {
    /// The facts about another session; `nil` if it keeps no record, as the original helper.
    static func of(_ process: Int32, _ state: StateDirectory) throws(SystemError) -> SessionFacts? {
        guard
            let bytes = try RecordLock.contents(
                of: state.session(process), lockedBy: process, limit: 1 << 20)
        else { return nil }
        return SessionFacts(String(decoding: bytes, as: UTF8.self))
    }

    /// `nil` if the text is not a record of this version.
    init?(_ text: String) {
        let value: JSONValue
        do throws(JSONError) { value = try JSONParser.value(of: text) } catch { return nil }
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
        self.domains = domains.compactMap { name, value in
            guard case .number(let digits) = value, let since = Int64(digits) else { return nil }
            return (name, since)
        }
    }

    /// When the session reserved a domain: a moment after it locked the domain, the record may not
    /// name the domain yet.
    func since(of domain: String) -> Int64 {
        domains.first { $0.name.utf8.elementsEqual(domain.utf8) }?.since ?? since
    }

    /// Whether both sessions have a role, and the same identity.
    func hasSameIdentity(as other: SessionFacts) -> Bool {
        role != nil && other.role != nil && identity.utf8.elementsEqual(other.identity.utf8)
    }

    /// Who the session is, for people: with a role the identity, then what `setname` added.
    var name: String {
        guard role != nil, let note else { return identity }
        return "\(identity) \(note)"
    }

    /// The same for a client with a role: like the name of a process it has 15 bytes at most, unless
    /// the identity itself is longer. Of a session without a role, nothing is told.
    var publicName: String {
        guard role != nil else { return Self.anotherSession }
        let text = shortened(name)
        return text.utf8.count < identity.utf8.count ? identity : text
    }

    /// What a client with a role learns about a holder that has no identity.
    static let anotherSession = "another session"
}
