import HostCheck
import Protocol
import Text

extension SessionCommand {
    ///     C: {"cmd": "host-check", "pool": "default"}
    ///     S: {"success": true, "cmd": "host-check", "pool": "default", "checks": [
    ///         {"check": "libvirt", "status": "ok", "detail": "libvirt 11.3.0 for QEMU at ...",
    ///          "hint": ""}, ...], "reply": "ok       libvirt  libvirt 11.3.0 ...\n..."}
    static let hostCheck = SessionCommand(
        "host-check", .reads, inWords: .hostCheck,
        summary: "check the host's setup and report problems"
    ) { parameters in
        let domain = parameters.optionalName("domain", "check only this domain")
        let pool = parameters.optionalName(
            "pool", "check only this pool, which must contain the domains' disks")

        return { session, request in
            let view = HostView(
                session.host, session.client, session.reservations.state,
                domain: try request[domain], pool: try request[pool])
            try view.requireNamedObjects()
            let report = HostReport(view)
            return [
                "checks": .array(report.results.map(json)), "reply": .string(report.text),
            ]
        }
    }
}

private func json(_ result: HostReport.Result) -> JSONValue {
    .object([
        ("check", .string(result.check)),
        ("status", .string(result.finding.status.rawValue)),
        ("detail", .string(result.finding.detail)),
        ("hint", .string(result.finding.hint)),
    ])
}
