extension SessionCommand {
    ///     C: {"cmd": "reserve", "filter": "rhel9-.*", "wait": 600}
    ///     S: {"success": true, "cmd": "reserve", "filter": "rhel9-.*", "wait": 600,
    ///         "domain": "rhel9-2"}
    static let reserve = SessionCommand(
        "reserve", isOriginal: true,
        summary: "reserve one free domain, chosen at random, until release or the end"
    ) { parameters in
        let filter = parameters.optionalString(
            "filter", "regular expression of Python's that the whole name must match")
        let wait = parameters.optionalSeconds(
            "wait", "how long to wait for one to become free where all are taken")

        return { session, request in
            let filter = try DomainFilter(request[filter])
            return ["domain": .string(try session.reserve(filter, wait: request[wait]))]
        }
    }
}
