import Libvirt
import Protocol
import System
import Text

extension SessionCommand {
    ///     C: {"cmd": "reservations"}
    ///     S: {"success": true, "cmd": "reservations", "domains": {"vm1": "(free)", "vm2": "ci-7"}}
    static let reservations = SessionCommand(
        "reservations", .reads, isOriginal: true, inWords: .reservations,
        summary: "list the domains and their holders"
    ) { _ in
        { session, _ in
            let holders = try session.persistentDomains().map { name in
                (name, JSONValue.string(try session.reservations.holder(of: name)))
            }
            return ["domains": .object(holders)]
        }
    }
}

extension ReservedDomains {
    /// The holder of a domain as `reservations` reports it.
    func holder(of domain: String) throws -> String {
        // First: looking up the holder opens the lock file, which would drop our lock.
        if holds(domain) { return "(reserved for us)" }
        do throws(SystemError) {
            guard let process = try holdingProcess(of: domain) else { return "(free)" }
            guard let name = try ProcessInformation.name(of: process) else {
                // It ended between the two calls.
                return "(pid \(process) disappeared)"
            }
            let isBlank = name.unicodeScalars.allSatisfy(\.properties.isWhitespace)
            return isBlank ? "(empty name)" : name
        } catch {
            throw RequestError(
                "cannot determine the holder of domain '\(domain)' in '\(directory)'", error)
        }
    }
}
