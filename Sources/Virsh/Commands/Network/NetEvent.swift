import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdNetworkEvent` in virsh-network.c.
    static let netEvent = Command(
        "net-event", .read, on: [.network, .allGranted], help: "wait for events of networks",
        description: "or list the kinds of events"
    ) { options in
        let network = options.string(
            "network", "network to watch: name or uuid (default: all)", as: .any)
        let event = options.string("event", "the kind of event to wait for")
        let waiting = options.waiting()

        return { shell, given in
            let hasMetadata = shell.version >= .init(9, 8)
            let kinds = ["lifecycle"] + (hasMetadata ? ["metadata-change"] : [])
            if try given[waiting.list] { return shell.printEventKinds(kinds) }
            let isLifecycle = try shell.eventKind(given[event], in: kinds) == 0
            let log = try waiting.log(of: given)
            let timeout = try given[waiting.timeout]
            let network = try shell.objectOrReport(given[network]) { try shell.network($0) }
            let connection = try shell.connection
            let subscription =
                try isLifecycle
                ? connection.subscribe(toNetwork: network) { event in
                    let change = event.change?.name ?? "unknown"
                    log.note("event 'lifecycle' for network \(event.name): \(change)\n")
                }
                : connection.subscribe(toMetadataOf: network) { name, kind, uri in
                    log.note(
                        "event 'metadata-change' for network \(name): "
                            + "type \(kind?.name ?? "unknown"), uri \(uri ?? "<null>")\n")
                }
            try shell.wait(for: log, milliseconds: timeout, [subscription])
        }
    }
}

extension Network.Change: VirshNamed {
    /// virsh 9.0.0: `virshNetworkEventToString`.
    var name: String {
        switch self {
        case .defined: "Defined"
        case .undefined: "Undefined"
        case .started: "Started"
        case .stopped: "Stopped"
        }
    }
}

extension Shell {
    /// The object that a word names, or `nil` if it names none. virsh reports that failure but then
    /// waits for events of all objects.
    func objectOrReport<Found>(_ word: String?, _ find: (String) throws -> Found) throws -> Found? {
        guard let word else { return nil }
        do {
            return try find(word)
        } catch let failure as CommandFailure {
            for line in failure.lines { printError(line) }
            return nil
        }
    }
}
