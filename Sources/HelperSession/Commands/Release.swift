import Protocol

extension SessionCommand {
    ///     C: {"cmd": "release", "domain": "vm2"}
    ///     S: {"success": true, "cmd": "release", "domain": "vm2"}
    static let release = SessionCommand(
        "release", .changes, isOriginal: true, summary: "release a reserved domain"
    ) { parameters in
        let domain = parameters.string("domain", "a domain that this session reserved")

        return { session, request in
            guard session.reservations.release(try request[domain]) else {
                throw RequestError(.notFound, "domain not locked")
            }
            return [:]
        }
    }
}
