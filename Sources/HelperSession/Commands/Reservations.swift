import Libvirt
import Policy
import Protocol
import System
import Text

extension SessionCommand {
    ///     C: {"cmd": "reservations"}
    ///     S: {"success": true, "cmd": "reservations", "domains": {"vm1": "(free)", "vm2": "ci-7"}}
    ///
    ///     C: {"cmd": "reservations", "details": true}
    ///     S: {"success": true, "cmd": "reservations", "details": true,
    ///         "domains": {"vm1": "(free)", "vm2": "ci-7"},
    ///         "holders": {"vm2": {"identity": "ci-7", "user": "tester",
    ///                             "peer": "192.0.2.7 50022", "since": "2026-11-21T05:50:12Z",
    ///                             "note": "bisecting"}},
    ///         "waiting": [{"identity": "ci-8", "user": "tester", "peer": null, "filter": "vm2",
    ///                      "template": null, "priority": 0, "since": "2026-11-21T05:52:40Z",
    ///                      "note": null, "position": 1}]}
    static let reservations = SessionCommand(
        "reservations", .reads, isOriginal: true, inWords: .reservations,
        group: .everyday,
        summary: "list the domains and their holders",
        example: "ssh HOST reservations"
    ) { parameters in
        let details = parameters.flag(
            "details", "true: also who holds each domain, since when, and who waits",
            isExtension: true)

        return { session, request in
            let (names, survey) = try session.surveyed()
            let domains = try names.map { name in
                (name, JSONValue.string(try survey.holder(of: name)))
            }
            guard try request[details] else { return ["domains": .object(domains)] }
            let holders = try names.compactMap { name in
                try survey.detailedHolder(of: name).map { (name, $0.json) }
            }
            let waiting = try session.waitingRequests()
            return [
                "domains": .object(domains), "holders": .object(holders),
                "waiting": .array(waiting),
            ]
        }
    }
}

extension Session {
    /// All domains that can be reserved, and the guests on demand; and who holds them.
    fileprivate func surveyed() throws -> (names: [String], survey: ReservationSurvey) {
        let persistent = try persistentDomainsIfAny()
        let survey = try reservations.survey(persistent)
        let known = survey.others.guests + reservations.record.facts.guests
        let names = Set(known.map { Array($0.name.utf8) })
        // Hosts without guests are not asked a second time.
        let guests =
            try names.isEmpty
            ? []
            : host.open().domains(.transient).map { try $0.name() }
                .filter { names.contains(Array($0.utf8)) }.sorted()
        // A role may show nothing but guests.
        guard !persistent.isEmpty || !guests.isEmpty else {
            throw RequestError.noPersistentDomains
        }
        return (persistent + guests, survey)
    }

    /// The requests that wait for a domain or a guest of this host, in the order in which they are
    /// served. The positions are those among the requests of one kind.
    fileprivate func waitingRequests() throws -> [JSONValue] {
        let record = reservations.record
        do {
            let queue = ReservationQueue(reservations.state, uri: try uriOfHost())
            var (domains, guests) = (0, 0)
            return try queue.waiters(before: nil).map { queued in
                let isDomain = queued.waiter.goal.isDomain
                if isDomain { domains += 1 } else { guests += 1 }
                return queued.waiter.json(
                    position: isDomain ? domains : guests,
                    isOwn: queued.waiter.session.hasSameIdentity(as: record.facts),
                    showsClients: policy.showsClients)
            }
        } catch let error as SystemError {
            guard !error.isNotDirectory else { return [] }
            throw RequestError("cannot read the queue in '\(reservations.state.queue)'", error)
        }
    }
}

extension Waiter {
    /// As `reservations` reports it. A client with a role learns of other identities only their
    /// name and place: a filter may name domains that are hidden from it.
    fileprivate func json(position: Int, isOwn: Bool, showsClients: Bool) -> JSONValue {
        let isShown = isOwn || showsClients
        func shown(_ text: String?) -> JSONValue {
            isShown ? text.map { .string($0) } ?? .null : .null
        }
        return .object([
            ("identity", .string(showsClients ? session.name : session.publicName)),
            ("user", showsClients ? .string(session.user) : .null),
            ("peer", showsClients ? session.peer.map { .string($0) } ?? .null : .null),
            ("filter", shown(filter)), ("template", shown(template)),
            ("priority", .integer(Int64(priority))),
            ("since", .string(isoTime(since))), ("note", shown(note)),
            ("position", .integer(Int64(position))),
        ])
    }
}

extension ReservationSurvey {
    /// The holder of a domain as `reservations` reports it.
    func holder(of domain: String) throws -> String {
        // First: this process cannot open a lock file whose lock it holds.
        if reservations.holds(domain) { return "(reserved for us)" }
        return try otherHolder(of: domain) ?? "(free)"
    }

    /// As above; `nil` if no other session holds the domain.
    func otherHolder(of domain: String) throws -> String? {
        do throws(SystemError) {
            let process: Int32
            do throws(SystemError) {
                guard let found = try holdingProcess(of: domain) else { return nil }
                process = found
            } catch {
                // Nobody can hold or reserve it; the others are not affected.
                guard error.concernsOneFile else { throw error }
                return "(unusable lock file)"
            }
            guard reservations.record.policy.showsClients else {
                return DomainHolder(
                    publicOf: try SessionFacts.of(process, reservations.state), domain: domain
                ).identity
            }
            guard let name = try ProcessInformation.name(of: process) else {
                // It ended between the two calls.
                return "(pid \(process) disappeared)"
            }
            let isBlank = name.unicodeScalars.allSatisfy(\.properties.isWhitespace)
            return isBlank ? "(empty name)" : name
        } catch { throw unknownHolder(domain, error) }
    }
}

extension ReservedDomains {
    /// The holder of a domain as `reservations` reports it.
    func holder(of domain: String) throws -> String { try survey([domain]).holder(of: domain) }

    /// As above; `nil` if no other session holds the domain.
    func otherHolder(of domain: String) throws -> String? {
        try survey([domain]).otherHolder(of: domain)
    }
}
