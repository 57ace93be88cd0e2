extension SessionCommand {
    ///     C: {"cmd": "reservations"}
    ///     S: {"success": true, "cmd": "reservations", "domains": {"vm1": "(free)", "vm2": "ci-7"}}
    static let reservations = SessionCommand(
        "reservations", isOriginal: true, summary: "tell who holds which domain"
    ) { _ in
        { session, _ in
            let holders = try session.persistentDomains().map { name in
                (name, JSONOutput.string(try session.reservations.holder(of: name)))
            }
            return ["domains": .object(holders)]
        }
    }
}
