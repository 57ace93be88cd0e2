import HostCheck
import Protocol
import Text

extension SessionCommand {
    ///     C: {"cmd": "host-check", "pool": "default"}
    ///     S: {"success": true, "cmd": "host-check", "pool": "default", "checks": [
    ///         {"check": "libvirt", "status": "ok", "detail": "libvirt 11.3.0 for QEMU at ...",
    ///          "hint": ""}, ...], "reply": "ok       libvirt  libvirt 11.3.0 ...\n..."}
    static let hostCheck = SessionCommand(
        "host-check", .reads, inWords: .hostCheck, group: .administration,
        summary: "check the host's setup and report problems",
        example: "ssh HOST host-check"
    ) { parameters in
        let domain = parameters.optionalName("domain", "check only this domain")
        let pool = parameters.optionalName(
            "pool", "check only this pool, which must contain the domains' disks")

        return { session, request in
            let view = HostView(
                session.host, session.client, session.reservations.state, .program,
                domain: try request[domain], pool: try request[pool])
            try view.requireNamedObjects()
            let report = HostReport(view)
            return [
                "checks": .array(report.results.map(json)), "reply": .string(report.text),
            ]
        }
    }
}

/// The exit status of `host-check` in words: 1 if a check found an error.
func hostCheckStatus(_ results: Reply.Results) -> Int32 {
    guard case .array(let checks)? = results.members.first(where: { $0.name == "checks" })?.value
    else { return 0 }
    let error = JSONValue.string(Finding.Status.error.rawValue)
    return checks.contains { $0["status"] == error } ? 1 : 0
}

private func json(_ result: HostReport.Result) -> JSONValue {
    .object([
        ("check", .string(result.check)),
        ("status", .string(result.finding.status.rawValue)),
        ("detail", .string(result.finding.detail)),
        ("hint", .string(result.finding.hint)),
    ])
}
