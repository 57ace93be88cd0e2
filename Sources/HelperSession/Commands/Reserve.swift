import Protocol
import Text

extension SessionCommand {
    ///     C: {"cmd": "reserve", "filter": "rhel9-.*", "wait": 600}
    ///     S: {"success": true, "cmd": "reserve", "filter": "rhel9-.*", "wait": 600,
    ///         "domain": "rhel9-2"}
    static let reserve = SessionCommand(
        "reserve", .changes, isOriginal: true, inWords: .holdsReservation,
        summary: "reserve a free domain, chosen at random, until it is released"
    ) { parameters in
        let filter = parameters.optionalString(
            "filter", "Python regular expression that the whole name must match")
        let wait = parameters.optionalSeconds(
            "wait", "how long to wait for a free domain if all are taken", isExtension: true)

        return { session, request in
            let filter = try DomainFilter(request[filter])
            return ["domain": .string(try session.reserve(filter, wait: request[wait]))]
        }
    }
}
