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
            try wire.writeError(told(Refusal(error), by: request.command))
        }
        return 1
    }

    private func carriedOut(_ request: SpokenRequest) throws -> Int32 {
        let bar = ProgressBar(wire)
        if wire.errorsAreTerminal, !request.isJSON { watcher = { try bar.show($0, $1) } }
        let outcome = try outcome(of: request.object)
        try bar.clear()
        if request.isJSON {
            try wire.write(outcome.reply)
        } else if let failure = outcome.failure {
            try wire.writeError(told(failure, by: request.command))
        } else if outcome.body == nil {
            try wire.writeText(shown(outcome.results, of: request.command))
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

    private func told(_ failure: Refusal, by command: SessionCommand) -> String {
        if command.name == "virsh" { return presentable(failure.message) }
        let isUnreachable = failure.kind == .disconnected
        let advice =
            isUnreachable
            ? "is libvirt's daemon running? 'host-check' looks at the whole host" : failure.hint
        let hint = advice.map { "hint: \($0)\n" } ?? ""
        // A guest's banner or console may be part of it.
        return printable("atex-virt-helper: \(failure.message)\n" + hint, kept: ["\n", "\t"])
    }

    private func shown(_ results: Results, of command: SessionCommand) throws -> String {
        let presentation = Presentation(isColoured: wire.outputIsTerminal)
        guard command.name == "reservations" else {
            return presentable(presentation.text(of: results.members))
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
