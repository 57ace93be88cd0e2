import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdSecretEvent` in virsh-secret.c.
    static let secretEvent = Command(
        "secret-event", .never, help: "wait for events of secrets",
        description: "or list the kinds of events"
    ) { options in
        let secret = options.string("secret", "secret to watch: uuid (default: all)")
        let event = options.string("event", "the kind of event to wait for")
        let waiting = options.waiting()

        return { shell, given in
            if try given[waiting.list] {
                return shell.printEventKinds(SecretEventKind.allCases.map(\.rawValue))
            }
            let kind: SecretEventKind = try shell.eventKind(given[event])
            let log = try waiting.log(of: given)
            let timeout = try given[waiting.timeout]
            // Read the option inside, so that virsh's error for an empty word is only reported,
            // too.
            let secret = try shell.objectOrReport(given.raw(secret)) { _ in
                try given[secret].map { try shell.secret($0) }
            }
            let connection = try shell.connection
            let subscription = try connection.subscribe(
                toSecret: secret ?? nil, value: kind == .valueChanged
            ) { event in
                let details =
                    kind == .lifecycle ? ": \(event.change?.name ?? "unknown")" : ""
                log.note("event '\(kind.rawValue)' for secret \(event.name)\(details)\n")
            }
            try shell.wait(for: log, milliseconds: timeout, [subscription])
        }
    }
}

/// The kinds of events that the command waits for, in virsh's order.
private enum SecretEventKind: String, CaseIterable {
    case lifecycle
    case valueChanged = "value-changed"
}

extension Secret.Change: VirshNamed {
    /// virsh 9.0.0: `virshSecretEventToString`.
    var name: String {
        switch self {
        case .defined: "Defined"
        case .undefined: "Undefined"
        }
    }
}
