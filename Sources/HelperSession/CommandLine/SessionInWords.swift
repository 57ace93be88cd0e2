import Libvirt
import Lifetime
import Policy
import Protocol
import System
import Text
import Virsh
import Wire

extension Session {
    /// Executes a command in words, prints its results, and returns the exit status.
    func run(_ request: RequestFromWords) throws -> Int32 {
        // Never reset: the process ends with its only request.
        ClientWatch.isRequestRunning = true
        do { return try execute(request) } catch is Wire.Truncated {
            try wire.writeError("atex-virt-helper: the input ended before all bytes had arrived\n")
        } catch {
            // Through the wire: the process's own descriptor 2 is /dev/null by now.
            try wire.writeError(errorText(RequestError(error)))
        }
        return 1
    }

    private func execute(_ request: RequestFromWords) throws -> Int32 {
        wire.consoleFilter = ConsoleFilter()
        let bar = ProgressBar(wire)
        if wire.errorsAreTerminal, !request.isJSON, !terminalIsDumb() {
            progressListener = { try bar.show($0, $1) }
        }
        clientStreams = streams(isJSON: request.isJSON)
        let reply = try reply(to: request.object)
        try bar.clear()
        if request.isJSON {
            try wire.write(reply.json)
        } else if let error = reply.error {
            if !hasPrintedError { try wire.writeError(errorText(error)) }
        } else if reply.body == nil {
            try wire.writeText(text(of: reply.results, for: request))
        }
        if let error = reply.error {
            // virsh's exit status for wrong words is 1.
            return error.kind == .badRequest && request.command.inWords != .virsh ? 2 : 1
        }
        // Only the bytes: standard output is probably redirected to a file.
        try reply.body?(wire)
        if request.command.inWords == .holdsReservation { try holdReservation() }
        return request.command.inWords == .hostCheck ? hostCheckStatus(reply.results) : 0
    }

    /// Standard input carries no requests, and standard output a reply only with `--json`.
    private func streams(isJSON: Bool) -> ClientStreams {
        let wire = wire
        let output = ClientStreams.Output(
            open: { () throws(SystemError) in try wire.duplicateOutput() },
            write: { text, stream in
                // Progress of virsh overwrites the progress before it. Any other text may be a
                // guest's, and must not move the cursor.
                let isProgress = stream == .error && text.hasPrefix("\r")
                let shown = (isProgress ? "\r" : "") + printableLines(text)
                // Ignores that the reader is gone: `ClientWatch` notices that.
                do {
                    switch stream {
                    case .standard: try wire.writeText(shown)
                    case .error: try wire.writeError(shown)
                    }
                } catch {}
            })
        return ClientStreams(
            openInput: { () throws(SystemError) in try wire.duplicateInput() },
            output: isJSON ? nil : output)
    }

    private func text(
        of results: Reply.Results, for request: RequestFromWords
    ) throws -> String {
        // NO_COLOR counts with any value that is not empty.
        let isPlain = terminalIsDumb() || ProcessInformation.environment("NO_COLOR") ?? "" != ""
        let presentation = Presentation(isColoured: wire.outputIsTerminal && !isPlain)
        if request.command.inWords == .reservations {
            return presentation.table(
                ["domain", "holder", "user", "peer", "since"],
                try reservationRows().map { row in row.map { printable($0) } })
        }
        let text = presentation.text(of: results.members)
        switch request.command.inWords {
        case .help: return text + furtherHelp(request, policy)
        // Colours come last: `printableLines` would replace their escape characters.
        case .hostCheck: return presentation.report(text)
        case .ordinary, .reservations, .holdsReservation, .virsh: return text
        }
    }

    private func reservationRows() throws -> [[String]] {
        try persistentDomains().map { name -> [String] in
            let holder = try reservations.holder(of: name)
            // The holder may have ended since the line above.
            guard let process = try reservations.holdingProcess(of: name) else {
                return [name, holder, "-", "-", "-"]
            }
            let origin = ProcessOrigin(of: process)
            return [
                name, holder, origin.sudoUser ?? "-", origin.peer ?? "-",
                origin.start.map { localTime($0) } ?? "-",
            ]
        }
    }

    /// Holds the reservation until the connection ends: then `ClientWatch` ends this process.
    private func holdReservation() throws {
        try wire.writeError("reserved until this connection ends\n")
        // Nothing ever wakes it. Returning would end the process and with it the lock.
        _ = try waitForAny(of: [Wakeup()], until: nil)
    }
}

/// Whether the terminal supports neither colours nor cursor movement.
private func terminalIsDumb() -> Bool { ProcessInformation.environment("TERM") == "dumb" }

/// After the list of all commands: those that exist in words only. After one command: how to write
/// its arguments.
private func furtherHelp(_ request: RequestFromWords, _ policy: Policy) -> String {
    if case .string(let name)? = request.object["command"]?.value {
        guard let command = SessionCommand.all.named(name),
            !command.declared().parameters.all.isEmpty
        else { return "" }
        return command.wordList != nil
            ? "All words after \(name) are its own arguments.\n"
            : "Arguments are given as NAME=VALUE, or without names in this order.\n"
    }
    let width = SessionCommand.all.map(\.name.count).max() ?? 0
    let others = StandaloneCommand.all.filter { policy.allows(command: $0.name) }
        .map { "\($0.name.padded(width))  \($0.summary)\n" }
    return others.joined()
        + "\n'help COMMAND' explains a command. --json prints the reply of the line protocol.\n"
}
