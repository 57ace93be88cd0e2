extension SessionCommand {
    ///     C: {"cmd": "host-check", "pool": "default"}
    ///     S: {"success": true, "cmd": "host-check", "pool": "default", "checks": [
    ///         {"check": "libvirt", "status": "ok", "detail": "libvirt 11.3.0 for QEMU at ...",
    ///          "hint": ""}, ...], "reply": "ok       libvirt  libvirt 11.3.0 ...\n..."}
    static let hostCheck = SessionCommand(
        "host-check", summary: "check the host's setup and report problems"
    ) { parameters in
        let domain = parameters.optionalName("domain", "check only this domain")
        let pool = parameters.optionalName(
            "pool", "check only this pool, which must contain the domains' disks")

        return { session, request in
            let view = HostView(
                session.host, session.client, session.reservations.state,
                domain: try request[domain], pool: try request[pool])
            try view.requireNamedObjects()
            let results = Check.all.flatMap { check in
                check.findings(view).map { (check.name, $0) }
            }
            let needsVirsh = results.contains { $0.1.hint.contains("virsh ") }
            let note =
                needsVirsh && program("virsh") == nil
                ? "virsh is not installed here; 'atex-virt-helper \(view.uri ?? "URI") virsh ...' "
                    + "does the same\n" : ""
            return [
                "checks": .array(results.map { object($0, $1) }),
                "reply": .string(report(results, note)),
            ]
        }
    }
}

private func object(_ check: String, _ finding: Finding) -> JSONOutput {
    .object([
        ("check", .string(check)),
        ("status", .string(finding.status.rawValue)),
        ("detail", .string(finding.detail)),
        ("hint", .string(finding.hint)),
    ])
}

/// The results as text: columns with status, check and detail, hints below, and a count at the end.
func report(_ results: [(check: String, finding: Finding)], _ note: String = "") -> String {
    let width = results.map(\.check.count).max() ?? 0
    func column(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count) + 2)
    }
    var text = ""
    for (check, finding) in results {
        // Names of processes and files may contain control characters.
        text += column(finding.status.rawValue, 7) + column(check, width)
        text += printable(finding.detail) + "\n"
        if !finding.hint.isEmpty {
            text += column("", 7) + column("", width) + "what to do: "
            text += printable(finding.hint) + "\n"
        }
    }
    func count(_ status: Finding.Status) -> Int { results.count { $0.finding.status == status } }
    return text + note
        + "\(count(.ok)) ok, \(counted(count(.warning), "warning")), "
        + "\(counted(count(.error), "error"))\n"
}
