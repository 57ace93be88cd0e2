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
    ///                             "peer": "192.0.2.7 50022", "since": "2026-11-21T05:50:12Z"}}}
    static let reservations = SessionCommand(
        "reservations", .reads, isOriginal: true, inWords: .reservations,
        group: .everyday,
        summary: "list the domains and their holders",
        example: "ssh HOST reservations"
    ) { parameters in
        let details = parameters.flag(
            "details", "true: also who holds each domain, and since when", isExtension: true)

        return { session, request in
            let names = try session.persistentDomains()
            let survey = try session.reservations.survey(names)
            let domains = try names.map { name in
                (name, JSONValue.string(try survey.holder(of: name)))
            }
            guard try request[details] else { return ["domains": .object(domains)] }
            let holders = try names.compactMap { name in
                try survey.detailedHolder(of: name).map { (name, $0.json) }
            }
            return ["domains": .object(domains), "holders": .object(holders)]
        }
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
