import GuestAccess
import Protocol
import Text

extension SessionCommand {
    ///     C: {"cmd": "wait-port", "domain": "vm1", "port": 22, "timeout": 120}
    ///     S: {"success": true, "cmd": "wait-port", "domain": "vm1", "port": 2201, "timeout": 120,
    ///         "address": "192.0.2.10", "seconds": 14.205}
    static let waitPort = SessionCommand(
        "wait-port", .reads, group: .everyday,
        summary: "wait until a guest answers at one of its ports",
        example: "ssh HOST wait-port vm1 22 timeout=5m"
    ) { parameters in
        let domain = parameters.name("domain", "the guest's domain")
        let port = parameters.port("port", "the guest's port")
        let timeout = parameters.optionalSeconds(
            "timeout", "how long to wait at most (default: 300)")
        let banner = parameters.optionalString(
            "banner",
            "a regular expression that the first bytes must match; 'none': a connection is enough "
                + "(default: SSH- at port 22, any byte through other forwards)")

        return { session, request in
            let (port, domain) = (try request[port], try request[domain])
            try session.report(step: "waiting until port \(port) of domain '\(domain)' answers")
            let answer = try session.host.waitForPort(
                port, ofDomain: domain, timeout: request[timeout] ?? 300,
                banner: Banner(request[banner]), for: session.client, session.gate)
            return [
                "address": .string(answer.address), "port": .integer(Int64(answer.port)),
                "seconds": .seconds(answer.seconds),
            ]
        }
    }
}
