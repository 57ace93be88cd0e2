import Host
import Libvirt

extension Session {
    /// Does what a person's words say, and shows what it came to; the status to exit with.
    func carryOut(_ request: SpokenRequest) throws -> Int32 {
        Lifeline.isBusy = true
        do { return try carriedOut(request) } catch is Wire.Truncated {
            try wire.writeError("atex-virt-helper: the input ended before all bytes had come\n")
        } catch {
            // The process's own standard error is not the person's any more.
            try wire.writeError(text(of: Refusal(error), by: request.command))
        }
        return 1
    }

    private func carriedOut(_ request: SpokenRequest) throws -> Int32 {
        let bar = ProgressBar(wire)
        if wire.errorsAreTerminal, !request.isJSON, !terminalIsDumb() {
            watcher = { try bar.show($0, $1) }
        }
        let outcome = try outcome(of: request.object)
        try bar.clear()
        if request.isJSON {
            try wire.write(outcome.reply)
        } else if let failure = outcome.failure {
            try wire.writeError(text(of: failure, by: request.command))
        } else if outcome.body == nil {
            try wire.writeText(shown(outcome.results, of: request))
        }
        if let failure = outcome.failure {
            // What virsh says of its own words is its affair.
            return failure.kind == .badRequest && request.command.name != "virsh" ? 2 : 1
        }
        // The bytes are what is wanted; where they are shown, words would be in their way.
        try outcome.body?(wire)
        if ["reserve", "provision"].contains(request.command.name) { try hold() }
        return 0
    }

    private func text(of failure: Refusal, by command: SessionCommand) -> String {
        command.name == "virsh" ? printableLines(failure.message) : told(failure)
    }

    private func shown(_ results: Results, of request: SpokenRequest) throws -> String {
        let isPlain = terminalIsDumb() || ProcessInformation.environment("NO_COLOR") ?? "" != ""
        let presentation = Presentation(isColoured: wire.outputIsTerminal && !isPlain)
        guard request.command.name == "reservations" else {
            let text = printableLines(presentation.text(of: results.members))
            switch request.command.name {
            case "help": return text + furtherHelp(request)
            case "host-check": return presentation.report(text)
            default: return text
            }
        }
        let rows = try persistentDomains().map { name -> [String] in
            let holder = try reservations.holder(of: name)
            guard let process = try reservations.holdingProcess(of: name) else {
                return [name, holder, "-", "-", "-"]
            }
            let origin = ProcessInformation.Origin(of: process)
            return [
                name, holder, origin.sudoUser ?? "-", origin.peer ?? "-",
                origin.start.map { localTime($0) } ?? "-",
            ]
        }
        return presentation.table(
            ["domain", "holder", "user", "peer", "since"],
            rows.map { row in row.map { printable($0) } })
    }

    /// Keeps what was reserved until the connection ends, which ends this process.
    private func hold() throws {
        try wire.writeError("reserved until this connection ends\n")
        _ = try waitForAny(of: [Wakeup()], until: nil)
    }
}

/// What a person reads of a failure, and what there is to do about it.
func told(_ failure: Refusal, by command: String? = nil) -> String {
    let message = (command.map { "\($0): " } ?? "") + failure.message
    let hint = advice(failure).map { "hint: \($0)\n" } ?? ""
    return printableLines("atex-virt-helper: \(message)\n" + hint)
}

private func advice(_ failure: Refusal) -> String? {
    guard let libvirt = failure.libvirt else { return failure.hint }
    let deniedAdvice = "libvirt lets root do that, and mostly members of the group 'libvirt'"
    if failure.kind == .disconnected {
        if libvirt.isPermissionDenied { return deniedAdvice }
        return "is libvirt's daemon running? 'host-check' looks at the whole host"
    }
    if let hint = failure.hint { return hint }
    return switch libvirt.code {
    case .noStoragePool: "'virsh pool-list --all' tells all; 'atex-virt-helper-setup' makes one"
    case .noStorageVolume: "'virsh vol-list POOL' tells all of a pool"
    case .noDomain: "'virsh list --all' tells all"
    case .authenticationFailed, .authenticationUnavailable, .accessDenied, .operationDenied:
        deniedAdvice
    default: nil
    }
}

/// Whether the terminal has no more than lines of text.
private func terminalIsDumb() -> Bool { ProcessInformation.environment("TERM") == "dumb" }

/// What only words can do, below the list of all commands; how to say them, below one.
private func furtherHelp(_ request: SpokenRequest) -> String {
    if case .string(let name)? = request.object["command"]?.value {
        let parameters = SessionCommand.named(name)?.declared().parameters.all ?? []
        if parameters.isEmpty { return "" }
        return parameters.contains(where: \.isList)
            ? "All words after \(name) are those of that program.\n"
            : "Arguments are given as NAME=VALUE, or without names in this order.\n"
    }
    let width = SessionCommand.all.map(\.name.count).max() ?? 0
    let others = PersonCommand.all.map { command in
        let blanks = String(repeating: " ", count: max(0, width - command.name.count))
        return "\(command.name)\(blanks)  \(command.summary)\n"
    }
    return others.joined()
        + "\n'help COMMAND' explains one. --json gives the reply as programs get it.\n"
}

/// How far long work is, in one line of a terminal that is written anew.
private final class ProgressBar {
    private let wire: Wire
    private var isShown = false
    private static let width = 40

    init(_ wire: Wire) { self.wire = wire }

    func show(_ done: UInt64, _ total: UInt64) throws(SystemError) {
        let share = total == 0 ? 1 : Double(done) / Double(total)
        let filled = min(Self.width, Int(share * Double(Self.width)))
        let bar = String(repeating: "#", count: filled)
        let rest = String(repeating: ".", count: Self.width - filled)
        try wire.writeError("\r[\(bar)\(rest)] \(fixed(share * 100, 0)) %")
        isShown = true
    }

    func clear() throws(SystemError) {
        if isShown { try wire.writeError("\r\u{1B}[K") }
    }
}
