import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdNodeDeviceEvent` in virsh-nodedev.c.
    static let nodedevEvent = Command(
        "nodedev-event", .never, help: "wait for events of the host's devices",
        description: "or list the kinds of events"
    ) { options in
        let device = options.string("device", "device to watch: name (default: all)")
        let event = options.string("event", "the kind of event to wait for")
        let waiting = options.waiting()

        return { shell, given in
            if try given[waiting.list] {
                return shell.printEventKinds(NodedevEventKind.allCases.map(\.rawValue))
            }
            let kind: NodedevEventKind = try shell.eventKind(given[event])
            let log = try waiting.log(of: given)
            let timeout = try given[waiting.timeout]
            let device = try given[device].map { try shell.nodeDevice(named: $0) }
            let connection = try shell.connection
            let subscription = try connection.subscribe(
                toDevice: device, update: kind == .update
            ) { event in
                let details =
                    kind == .lifecycle ? ": \(event.change?.name ?? "unknown")" : ""
                log.note("event '\(kind.rawValue)' for node device \(event.name)\(details)\n")
            }
            try shell.wait(for: log, milliseconds: timeout, [subscription])
        }
    }
}

/// The kinds of events that the command waits for, in virsh's order.
private enum NodedevEventKind: String, CaseIterable {
    case lifecycle
    case update
}

extension NodeDevice.Change: VirshNamed {
    /// virsh 9.0.0: `virshNodeDeviceEventToString`.
    var name: String {
        switch self {
        case .created: "Created"
        case .deleted: "Deleted"
        case .defined: "Defined"
        case .undefined: "Undefined"
        }
    }
}
