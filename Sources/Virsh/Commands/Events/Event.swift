import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdEvent` in virsh-domain-event.c.
    static let event = Command(
        "event", .read, on: [.domain, .allGranted], help: "wait for events of domains",
        description: "or list the kinds of events"
    ) { options in
        let domain = options.string(
            "domain", "domain to watch: name, id or uuid (default: all)", names: .domain)
        let event = options.string("event", "the kind of event to wait for")
        let everyKind = options.flag("all", "wait for every kind of event")
        let waiting = options.waiting()

        return { shell, given in
            try given.exclusive(everyKind, event)
            try given.exclusive(waiting.list, everyKind)
            try given.exclusive(waiting.list, event)
            let all = DomainEvent.Kind.allCases.filter {
                $0.firstVersion.map { $0 <= shell.version } ?? true
            }
            if try given[waiting.list] { return shell.printEventKinds(all.map(\.name)) }
            let name = try given[event]
            guard try name != nil || given[everyKind] else {
                throw CommandFailure(
                    "one of --list, --all, or --event <type> is required")
            }
            let kinds = all.filter { name == nil || name == $0.name }
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
        to kinds: [DomainEvent.Kind], of domain: Domain?, _ log: EventWait
    ) throws -> [EventSubscription] {
        let connection = try connection
        return try kinds.enumerated().compactMap { index, kind in
            let subscribe = { () throws(LibvirtError) in
                try connection.subscribe(to: kind, of: domain) { event in
                    log.note(described(event, named: kind.name))
                }
            }
            return index == 0 ? try subscribe() : attempt(subscribe)
        }
    }
}

/// A text that may be NULL. C's printf prints `(null)`; virsh prints `<null>` if it checks first.
private func shown(_ text: String?, otherwise: String = "(null)") -> String { text ?? otherwise }

private func described(_ event: DomainEvent, named name: String) -> String {
    "event '\(name)' for domain '\(event.domain)'" + text(of: event.details) + "\n"
}

private func text(of details: DomainEvent.Details) -> String {
    switch details {
    case .plain: ""
    case .lifecycle(let change, let detail): ": \(word(change)) \(word(detail))"
    case .clockChange(let seconds): ": \(seconds)"
    case .watchdog(let action): ": \(word(action))"
    case .ioError(let path, let alias, let action, let reason):
        ": \(shown(path)) (\(shown(alias))) \(word(action))"
            + (reason.map { " due to \($0)" } ?? "")
    case .graphics(let phase, let local, let remote, let scheme, let identities):
        ": \(word(phase)) local[\(address(local))] remote[\(address(remote))] \(shown(scheme))"
            + identities.map { "\n\t\(shown($0.type))=\(shown($0.name))" }.joined()
    case .blockJob(let disk, let type, let status):
        ": \(blockJobLabel(type)) for \(shown(disk)) \(word(status))"
    case .parameters(let parameters):
        ":" + parameters.map { "\n\t\($0.name): \($0.value.rawText ?? "")" }.joined()
    case .diskChange(let old, let new, let alias, let reason):
        " disk \(shown(alias)): \(shown(old, otherwise: "<null>")) -> "
            + "\(shown(new, otherwise: "<null>")): \(word(reason))"
    case .trayChange(let alias, let change): " disk \(shown(alias)): \(word(change))"
    case .balloon(let kiB): ": \(kiB)KiB"
    case .device(let alias): ": \(shown(alias))"
    case .migrationIteration(let iteration): ": iteration: '\(iteration)'"
    case .agent(let state, let reason):
        ": state: '\(supported(state))' reason: '\(supported(reason))'"
    case .metadata(let type, let uri):
        ": type \(supported(type)), uri \(shown(uri, otherwise: "<null>"))"
    case .blockThreshold(let device, let path, let threshold, let excess):
        ": dev: \(shown(device))(\(shown(path, otherwise: "<null>"))) \(threshold) \(excess)"
    case .memoryFailure(let recipient, let action, let required, let recursive):
        ":\nrecipient: \(supported(recipient))\naction: \(supported(action))"
            + "\nflags:\n\taction required: \(required ? 1 : 0)"
            + "\n\trecursive: \(recursive ? 1 : 0)"
    case .memoryDeviceSize(let alias, let size): ":\nalias: \(shown(alias))\nsize: \(size)"
    case .macChange(let alias, let old, let new):
        ":\nalias: \(shown(alias))\noldMAC: \(shown(old))\nnewMAC: \(shown(new))"
    case .vcpuRemoved(let vcpu): ": vcpu \(vcpu)"
    case .channel(let name, let state, let reason):
        ": channel name: '\(shown(name))' state: '\(supported(state))' "
            + "reason: '\(supported(reason))'"
    }
}

private func address(_ address: DomainEvent.Address) -> String {
    "\(word(address.family)) \(shown(address.node)) \(shown(address.service))"
}

/// virsh has two words for a number that it does not know.
private func word(_ value: (any VirshNamed)?) -> String { value?.name ?? "unknown" }
private func supported(_ value: (any VirshNamed)?) -> String { value?.name ?? "unsupported value" }

extension Domain.BlockJobType: VirshNamed {
    /// virsh 9.0.0: `virshDomainBlockJob`.
    var name: String {
        switch self {
        case .unknown: "Unknown job"
        case .pull: "Block Pull"
        case .copy: "Block Copy"
        case .commit: "Block Commit"
        case .activeCommit: "Active Block Commit"
        case .backup: "Backup"
        }
    }
}

/// virsh 9.0.0: `virshDomainBlockJobToString`.
func blockJobLabel(_ type: Domain.BlockJobType?) -> String {
    (type ?? .unknown).name
}
