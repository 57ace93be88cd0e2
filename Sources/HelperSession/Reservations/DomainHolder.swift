import Policy
import Protocol
import System
import Text

/// Who holds a domain, for people and for `reservations` with `details`.
struct DomainHolder {
    /// The reservation name or the user.
    let identity: String
    /// `nil` if the holder does not say, as the original helper.
    let user: String?
    let peer: String?
    /// In seconds since 1970.
    let since: Int64?
    /// What the holder says to others.
    let note: String?
    /// `nil` if it is not shown.
    var process: Int32?
    /// For how many seconds the reservation outlives a lost connection.
    var lease: Double?
    /// When the reservation ends, in seconds since 1970; `nil` while the holder has its client.
    var end: Int64?

    init(_ facts: SessionFacts, of domain: String, process: Int32) {
        self.process = process
        lease = facts.held(domain)?.lease?.seconds
        end = facts.held(domain)?.lease?.end
        identity = facts.name
        user = facts.user
        peer = facts.peer
        since = facts.since(of: domain)
        note = facts.held(domain)?.note
    }

    /// What a client with a role learns about another session; `facts` is `nil` if it keeps no
    /// record.
    init(publicOf facts: SessionFacts?, domain: String) {
        identity = facts?.publicName ?? SessionFacts.anotherSession
        user = nil
        peer = nil
        lease = facts?.held(domain)?.lease?.seconds
        end = facts?.held(domain)?.lease?.end
        since = facts?.since(of: domain)
        // A session without a role may not expect that such clients read it.
        note = facts?.role == nil ? nil : facts?.held(domain)?.note
    }

    /// A process that keeps no record. Its name is all that others can know, unless it is the name
    /// of the program, which says nothing.
    init?(process: Int32) throws(SystemError) {
        guard let name = try ProcessInformation.name(of: process) else { return nil }
        let isUnnamed =
            "atex-virt-helper".hasPrefix(name) || name.allSatisfy(\.isWhitespace)
        let account = ProcessInformation.userID(of: process).flatMap(Account.numbered)?.name
        self.process = process
        identity = isUnnamed ? account ?? "process \(process)" : name
        user = nil
        peer = nil
        since = nil
        note = nil
    }

    /// For people, e.g. `ci-7 (jane, 192.0.2.7 50022) since 2026-11-21T05:50:12Z`.
    var text: String {
        let origin = [user == identity ? nil : user, peer].compactMap { $0 }
        return identity + (origin.isEmpty ? "" : " (\(origin.joined(separator: ", ")))")
            + (since.map { " since \(isoTime($0))" } ?? "")
            + (end.map { " until \(isoTime($0))" } ?? "") + (note.map { ": \($0)" } ?? "")
    }

    var json: JSONValue {
        .object([
            ("identity", .string(identity)), ("user", user.map { .string($0) } ?? .null),
            ("peer", peer.map { .string($0) } ?? .null),
            ("since", since.map { .string(isoTime($0)) } ?? .null),
            ("note", note.map { .string($0) } ?? .null),
            ("pid", process.map { .integer(Int64($0)) } ?? .null),
            ("lease", lease.map { .seconds($0) } ?? .null),
            ("until", end.map { .string(isoTime($0)) } ?? .null),
        ])
    }
}

extension ReservationSurvey {
    /// The holder of a domain, which may be this session; `nil` if it is free or unknown.
    func detailedHolder(of domain: String) throws -> DomainHolder? {
        let record = reservations.record
        // First: this process cannot open a lock file whose lock it holds.
        if reservations.holds(domain) {
            return DomainHolder(record.facts, of: domain, process: ProcessInformation.id)
        }
        do throws(SystemError) {
            guard let process = try holdingProcess(of: domain) else { return nil }
            let facts = try SessionFacts.of(process, record.state)
            guard record.policy.showsClients else {
                return DomainHolder(publicOf: facts, domain: domain)
            }
            if let facts { return DomainHolder(facts, of: domain, process: process) }
            return try DomainHolder(process: process)
        } catch {
            guard !error.concernsOneFile else { return nil }
            throw unknownHolder(domain, error)
        }
    }
}
