import Host

extension SessionCommand {
    ///     C: {"cmd": "setname", "name": "ci-run-7"}
    ///     S: {"success": true, "cmd": "setname", "name": "ci-run-7"}
    static let setname = SessionCommand(
        "setname", isOriginal: true, summary: "say who you are, for others to see in reservations"
    ) { parameters in
        let name = parameters.string("name", "the first 15 bytes are shown")

        return { session, request in
            let name = try request[name]
            let scalars = name.unicodeScalars
            guard !scalars.allSatisfy(\.properties.isWhitespace) else {
                throw Refusal(.badRequest, "name must not be empty")
            }
            guard !scalars.contains("\0") else {
                throw Refusal(.badRequest, "name must not have a NUL character")
            }
            try ProcessInformation.setName(name)
            session.client.reservationName = name
            return [:]
        }
    }
}
