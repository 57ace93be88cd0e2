import Libvirt

extension Command {
    /// virsh 9.0.0: `cmdQemuMonitorEvent` in virsh-domain.c.
    static let qemuMonitorEvent = Command(
        "qemu-monitor-event", .reads, help: "wait for what QEMU tells past libvirt"
    ) { options in
        let domain = options.string("domain", "only this one: name, id or uuid")
        let event = options.string("event", "only events of this name")
        let pretty = options.flag("pretty", "indent what comes with them")
        let loop = options.flag("loop", "all that come in time, not only the first")
        let timeout = options.number(
            "timeout", "seconds to wait (default: for ever)", as: .timeout)
        let regex = options.flag("regex", "the name is a regular expression")
        let ignoringCase = options.flag("no-case", "the name's case does not matter")
        let timestamp = options.flag("timestamp", "when each event came")

        return { shell, given in
            let showsTime = try given[timestamp]
            let log = EventLog(loops: try given[loop], showsTime: showsTime)
            let pretty = try given[pretty]
            let timeout = try given[timeout]
            let event = try given[event]
            let domain = try given[domain].map { try shell.domain($0) }
            let subscription = try shell.connection.subscribe(
                toMonitorOf: domain, event: event, regex: given[regex],
                ignoringCase: given[ignoringCase]
            ) { event in
                log.note(text(of: event, pretty: pretty, withTime: !showsTime))
            }
            try shell.wait(for: log, milliseconds: timeout, [subscription])
        }
    }
}

/// `withTime`: QEMU's own time, where ours does not stand in front.
private func text(
    of event: Connection.MonitorEvent, pretty: Bool, withTime: Bool
) -> String {
    var details = event.details ?? "<null>"
    if pretty, let value = event.details.flatMap({ JSONValue(parsing: $0) }) {
        details = value.text(pretty: true)
    }
    let digits = "\(event.microseconds)"
    let zeros = String(repeating: "0", count: max(0, 6 - digits.count))
    let time = withTime ? " at \(event.seconds).\(zeros)\(digits)" : ""
    return "event \(event.name)\(time) for domain '\(event.domain)': \(details)\n"
}
