import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdPoolEvent` in virsh-pool.c.
    static let poolEvent = Command(
        "pool-event", .read, on: [.pool, .allGranted], help: "wait for events of storage pools",
        description: "or list the kinds of events"
    ) { options in
        let pool = options.string(
            "pool", "pool to watch: name or uuid (default: all)", names: .pool, as: .any)
        let event = options.string("event", "the kind of event to wait for")
        let waiting = options.waiting()

        return { shell, given in
            if try given[waiting.list] {
                return shell.printEventKinds(PoolEventKind.allCases.map(\.rawValue))
            }
            let kind: PoolEventKind = try shell.eventKind(given[event])
            let log = try waiting.log(of: given)
            let timeout = try given[waiting.timeout]
            let pool = try shell.objectOrReport(given[pool]) { try shell.pool($0) }
            let connection = try shell.connection
            let subscription = try connection.subscribe(
                toPool: pool, refresh: kind == .refresh
            ) { event in
                let details =
                    kind == .lifecycle ? ": \(event.change?.name ?? "unknown")" : ""
                log.note("event '\(kind.rawValue)' for storage pool \(event.name)\(details)\n")
            }
            try shell.wait(for: log, milliseconds: timeout, [subscription])
        }
    }
}

/// The kinds of events that the command waits for, in virsh's order.
private enum PoolEventKind: String, CaseIterable {
    case lifecycle
    case refresh
}

extension StoragePool.Change: VirshNamed {
    /// virsh 9.0.0: `virshPoolEventToString`.
    var name: String {
        switch self {
        case .defined: "Defined"
        case .undefined: "Undefined"
        case .started: "Started"
        case .stopped: "Stopped"
        case .created: "Created"
        case .deleted: "Deleted"
        }
    }
}
