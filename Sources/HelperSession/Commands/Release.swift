import Protocol
import System

extension SessionCommand {
    ///     C: {"cmd": "release", "domain": "vm2"}
    ///     S: {"success": true, "cmd": "release", "domain": "vm2"}
    static let release = SessionCommand(
        "release", .changes, isOriginal: true, group: .everyday,
        summary: "release a reserved domain",
        example: "ssh HOST release vm1"
    ) { parameters in
        let domain = parameters.string("domain", "a domain that this session reserved")
        let force = parameters.flag(
            "force", "true: also if another session holds it, which is told", isExtension: true)

        return { session, request in
            let domain = try request[domain]
            // From now on the client does not believe to hold it.
            session.reservations.record.lost.remove(domain)
            guard !session.reservations.isInUse(domain) else { throw RequestError.inUse(domain) }
            try Cancellation.settle()
            if try request[force] {
                if try !session.remove(guest: domain) { try session.releaseByForce(domain) }
                return [:]
            }
            if try session.remove(guest: domain) { return [:] }
            switch session.reservations.record.release(domain, unlessInUse: true) {
            case .released: return [:]
            case .notHeld: throw RequestError(.notFound, "domain not locked")
            case .inUse: throw RequestError.inUse(domain)
            }
        }
    }
}

extension RequestError {
    /// A domain cannot be released now.
    static func inUse(_ domain: String) -> RequestError {
        RequestError(
            .busy,
            "another request of this session that reserved or changes domain '\(domain)' is still "
                + "running; wait for its reply, or cancel it")
    }
}
