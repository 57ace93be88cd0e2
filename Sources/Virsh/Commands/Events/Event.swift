import Libvirt

extension Command {
    /// virsh 9.0.0: `cmdEvent` in virsh-domain-event.c.
    static let event = Command(
        "event", .reads, help: "wait for events of domains",
        description: "or list the kinds of events"
    ) { options in
        let domain = options.string("domain", "domain to watch: name, id or uuid (default: all)")
        let event = options.string("event", "the kind of event to wait for")
        let all = options.flag("all", "wait for every kind of event")
        let waiting = options.waiting()

        return { shell, given in
            try given.exclusive(all, event)
            try given.exclusive(waiting.list, all)
            try given.exclusive(waiting.list, event)
            if try given[waiting.list] { return shell.printEventKinds(domainEventNames) }
            let name = try given[event]
            guard try name != nil || given[all] else {
                throw CommandFailure(
                    "one of --list, --all, or --event <type> is required")
            }
            let kinds = domainEventNames.indices.filter { kind in
                name.map { $0 == domainEventNames[kind] } ?? true
            }
            guard !kinds.isEmpty else {
                throw CommandFailure("unknown event type \(name ?? "")")
            }
            let timeout = try given[waiting.timeout]
            let domain = try given[domain].map { try shell.domain($0) }
            let log = try waiting.log(of: given)
            let subscriptions = try shell.subscribe(to: kinds, of: domain, log)
            try shell.wait(for: log, milliseconds: timeout, subscriptions)
        }
    }
}

extension Shell {
    /// Subscribes to several kinds of events. Only the first may fail, because older hosts do not
    /// know all of them. libvirt calls the closures on the event loop's thread, not on the shell's,
    /// so they use nothing but `log`.
    fileprivate func subscribe(
        to kinds: [Int], of domain: Domain?, _ log: EventLog
    ) throws -> [EventSubscription] {
        let connection = try connection
        return try kinds.enumerated().compactMap { index, kind in
            let subscribe = { () throws(LibvirtError) in
                try connection.subscribe(to: Int32(kind), of: domain) { event in
                    log.note(described(event, named: domainEventNames[kind]))
                }
            }
            return index == 0 ? try subscribe() : attempt(subscribe)
        }
    }
}

/// The kinds of events, in the order of libvirt's `virDomainEventID`.
let domainEventNames = [
    "lifecycle", "reboot", "rtc-change", "watchdog", "io-error", "graphics", "io-error-reason",
    "control-error", "block-job", "disk-change", "tray-change", "pm-wakeup", "pm-suspend",
    "balloon-change", "pm-suspend-disk", "device-removed", "block-job-2", "tunable",
    "agent-lifecycle", "device-added", "migration-iteration", "job-completed",
    "device-removal-failed", "metadata-change", "block-threshold", "memory-failure",
    "memory-device-size-change",
]

/// The member of a list that a number of libvirt's means.
private func word(
    _ number: Int32, _ words: [String], otherwise: String = "unknown"
) -> String {
    words.indices.contains(Int(number)) ? words[Int(number)] : otherwise
}

/// A text that may be NULL. C's printf prints `(null)`; virsh prints `<null>` if it checks first.
private func shown(_ text: String?, otherwise: String = "(null)") -> String { text ?? otherwise }

private func described(_ event: DomainEvent, named name: String) -> String {
    "event '\(name)' for domain '\(event.domain)'" + details(of: event.kind) + "\n"
}

private func details(of kind: DomainEvent.Kind) -> String {
    switch kind {
    case .plain: ""
    case .lifecycle(let event, let detail):
        ": \(word(event, lifecycleEventNames)) \(lifecycleDetail(event, detail))"
    case .clockChange(let seconds): ": \(seconds)"
    case .watchdog(let action): ": \(word(action, watchdogActions))"
    case .ioError(let path, let alias, let action, let reason):
        ": \(shown(path)) (\(shown(alias))) \(word(action, ["none", "pause", "report"]))"
            + (reason.map { " due to \($0)" } ?? "")
    case .graphics(let phase, let local, let remote, let scheme, let identities):
        ": \(word(phase, ["connect", "initialize", "disconnect"])) "
            + "local[\(address(local))] remote[\(address(remote))] \(shown(scheme))"
            + identities.map { "\n\t\(shown($0.type))=\(shown($0.name))" }.joined()
    case .blockJob(let disk, let type, let status):
        ": \(blockJobLabel(type)) for \(shown(disk)) "
            + word(status, ["completed", "failed", "canceled", "ready"])
    case .parameters(let parameters):
        ":" + parameters.map { "\n\t\($0.name): \($0.value.rawText ?? "")" }.joined()
    case .diskChange(let old, let new, let alias, let reason):
        " disk \(shown(alias)): \(shown(old, otherwise: "<null>")) -> "
            + "\(shown(new, otherwise: "<null>")): \(word(reason, ["changed", "dropped"]))"
    case .trayChange(let alias, let reason):
        " disk \(shown(alias)): \(word(reason, ["opened", "closed"]))"
    case .balloon(let kiB): ": \(kiB)KiB"
    case .device(let alias): ": \(shown(alias))"
    case .migrationIteration(let iteration): ": iteration: '\(iteration)'"
    case .agent(let state, let reason):
        ": state: '\(word(state, agentStates, otherwise: unsupported))' "
            + "reason: '\(word(reason, agentReasons, otherwise: unsupported))'"
    case .metadata(let type, let uri):
        ": type \(word(type, ["description", "title", "element"], otherwise: unsupported)), "
            + "uri \(shown(uri, otherwise: "<null>"))"
    case .blockThreshold(let device, let path, let threshold, let excess):
        ": dev: \(shown(device))(\(shown(path, otherwise: "<null>"))) \(threshold) \(excess)"
    case .memoryFailure(let recipient, let action, let required, let recursive):
        ":\nrecipient: \(word(recipient, ["hypervisor", "guest"], otherwise: unsupported))"
            + "\naction: \(word(action, failureActions, otherwise: unsupported))"
            + "\nflags:\n\taction required: \(required ? 1 : 0)"
            + "\n\trecursive: \(recursive ? 1 : 0)"
    case .memoryDeviceSize(let alias, let size): ":\nalias: \(shown(alias))\nsize: \(size)"
    }
}

private func address(_ address: DomainEvent.Address) -> String {
    "\(word(address.family, ["IPv4", "IPv6", "unix"])) \(shown(address.node)) "
        + shown(address.service)
}

private let unsupported = "unsupported value"
private let watchdogActions = [
    "none", "pause", "reset", "poweroff", "shutdown", "debug", "inject-nmi",
]

/// virsh 9.0.0: `virshDomainBlockJob`.
let blockJobLabels = [
    "Unknown job", "Block Pull", "Block Copy", "Block Commit", "Active Block Commit", "Backup",
]

/// virsh 9.0.0: `virshDomainBlockJobToString`.
func blockJobLabel(_ type: Int32) -> String {
    word(type, blockJobLabels, otherwise: "Unknown job")
}

private let agentStates = ["unknown", "connected", "disconnected"]
private let agentReasons = ["unknown", "domain started", "channel event"]
private let failureActions = ["ignore", "inject", "fatal", "reset"]

private let lifecycleEventNames = [
    "Defined", "Undefined", "Started", "Suspended", "Resumed", "Stopped", "Shutdown",
    "PMSuspended", "Crashed",
]

/// virsh 9.0.0: `virshDomainEventDetailToString`.
private func lifecycleDetail(_ event: Int32, _ detail: Int32) -> String {
    let details = [
        ["Added", "Updated", "Renamed", "Snapshot"],
        ["Removed", "Renamed"],
        ["Booted", "Migrated", "Restored", "Snapshot", "Event wakeup"],
        [
            "Paused", "Migrated", "I/O Error", "Watchdog", "Restored", "Snapshot", "API error",
            "Post-copy", "Post-copy Error",
        ],
        ["Unpaused", "Migrated", "Snapshot", "Post-copy", "Post-copy Error"],
        ["Shutdown", "Destroyed", "Crashed", "Migrated", "Saved", "Failed", "Snapshot"],
        ["Finished", "Finished after guest request", "Finished after host request"],
        ["Memory", "Disk"],
        ["Panicked", "Crashloaded"],
    ]
    guard details.indices.contains(Int(event)) else { return "unknown" }
    return word(detail, details[Int(event)])
}
