import Lifetime
import Protocol
import System
import Text

extension SessionCommand {
    ///     C: {"cmd": "reserve", "filter": "rhel9-.*", "wait": 600}
    ///     S: {"success": true, "cmd": "reserve", "filter": "rhel9-.*", "wait": 600,
    ///         "domain": "rhel9-2"}
    ///
    ///     C: {"cmd": "reserve", "resume": true, "lease": 3600}
    ///     S: {"success": true, "cmd": "reserve", "resume": true, "lease": 3600,
    ///         "domain": "rhel9-2", "domains": ["rhel9-2"],
    ///         "volumes": [{"pool": "scratch", "name": "overlay.img"}]}
    static let reserve = SessionCommand(
        "reserve", .changes, isOriginal: true, inWords: .holdsReservation,
        group: .everyday,
        summary: "reserve a free domain, chosen at random, until it is released",
        example: "ssh HOST reserve filter='rhel9-.*' wait=10m"
    ) { parameters in
        let filter = parameters.optionalString(
            "filter", "Python regular expression that the whole name must match")
        let wait = parameters.optionalSeconds(
            "wait", "how long to wait for a free domain if all are taken", isExtension: true)
        let more = ReservationArguments(&parameters)
        let resume = parameters.optionalNameOrTrue(
            "resume",
            "instead: take over this leased domain, or all of them (true), from a session of the "
                + "same owner that has lost its client")
        let wantsProgress = parameters.progress()

        return { session, request in
            if let subject = try request[resume] {
                return try session.resumed(
                    subject, more.orderOfResumed(request, session.policy))
            }
            let order = try more.order(
                DomainFilter(request[filter]), wait: request[wait], request, session.policy)
            var progress = session.positions(of: request, try request[wantsProgress])
            let name = try session.reserve(order, progress: &progress)
            do throws(SystemError) { try Cancellation.settle() } catch {
                _ = session.reservations.release(name)
                throw error
            }
            return ["domain": .string(name)]
        }
    }
}

extension Session {
    fileprivate func resumed(
        _ subject: Parameters.NameOrAll, _ order: ReservationOrder
    ) throws -> Reply.Results {
        try Cancellation.settle()
        let taken =
            switch subject {
            case .all: try resume(nil, order)
            case .name(let name): try resume(name, order)
            }
        return [
            "domain": taken.domains.first.map { .string($0) } ?? .null,
            "domains": .array(taken.domains.map { .string($0) }),
            "volumes": .array(
                taken.volumes.map {
                    .object([("pool", .string($0.pool)), ("name", .string($0.name))])
                }),
        ]
    }
}
