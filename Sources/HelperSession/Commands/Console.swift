import GuestAccess
import Libvirt
import Protocol
import Text

extension SessionCommand {
    ///     C: {"cmd": "console", "domain": "vm1", "until": "login: $", "seconds": 120}
    ///     S: {"success": true, "cmd": "console", "domain": "vm1", "until": "login: $",
    ///         "seconds": 120, "reason": "matched", "matched": "login: ", "source": "log",
    ///         "bytes": 31415}
    static let console = SessionCommand(
        "console", .reads, group: .everyday,
        summary: "write a domain's console output to standard error",
        example: "ssh HOST console vm1 until='login: '"
    ) { parameters in
        let domain = parameters.name("domain", "a running domain, or see 'wait'")
        let seconds = parameters.optionalSeconds(
            "seconds", "time limit (default: until the domain stops)")
        let until = parameters.optionalString(
            "until", "Python regular expression: ends when the output matches it")
        let wait = parameters.flag("wait", "true: wait for the domain's start first")
        let force = parameters.flag("force", "true: disconnect another reader of the console")

        return { session, request in
            let deadline = try request[seconds].map { ContinuousClock.now + .seconds($0) }
            let outcome = try session.host.opening(until: deadline) {
                var reading = try ConsoleReading(
                    of: request[domain], session.host, session.wire, until: request[until],
                    waitForStart: request[wait], force: request[force], deadline: deadline,
                    session.gate)
                return try reading.run(until: deadline)
            }
            return [
                "reason": .string(outcome.end.rawValue),
                "matched": outcome.matched.map { .string($0) } ?? .null,
                "source": .string(outcome.source), "bytes": .integer(Int64(outcome.bytes)),
            ]
        }
    }
}
