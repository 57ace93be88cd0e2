import Libvirt
import Policy
import Text

extension Command {
    /// virsh 9.0.0: `cmdQemuMonitorEvent` in virsh-domain.c.
    static let qemuMonitorEvent = Command(
        "qemu-monitor-event", .never, on: [.domain, .allGranted],
        help: "wait for events of QEMU's monitor"
    ) { options in
        let domain = options.string("domain", "domain name, id or uuid (default: all domains)")
        let event = options.string("event", "name of the event (default: all events)")
        let pretty = options.flag("pretty", "pretty-print the details")
        let loop = options.flag("loop", "all events until the timeout, not only the first")
        let timeout = options.number(
            "timeout", "seconds to wait (default: no timeout)", as: .timeout)
        let regex = options.flag("regex", "treat the name as a regular expression")
        let ignoringCase = options.flag("no-case", "ignore the case of the name")
        let timestamp = options.flag("timestamp", "print the time at which each event arrived")

        return { shell, given in
            let showsTime = try given[timestamp]
            let log = try EventWait(loops: given[loop], showsTime: showsTime)
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

/// The line for an event. `withTime` adds QEMU's time stamp, which virsh prints unless
/// --timestamp puts its own in front. virsh 9.0.0: `virshEventQemuPrint`.
private func text(
    of event: Connection.MonitorEvent, pretty: Bool, withTime: Bool
) -> String {
    var details = event.details ?? "<null>"
    if pretty, let value = event.details.flatMap({ JSONValue(libvirt: $0) }) {
        details = value.libvirtText(pretty: true)
    }
    let digits = "\(event.microseconds)"
    let zeros = String(repeating: "0", count: max(0, 6 - digits.count))
    let time = withTime ? " at \(event.seconds).\(zeros)\(digits)" : ""
    return "event \(event.name)\(time) for domain '\(event.domain)': \(details)\n"
}
