import Libvirt
import Lifetime
import Logging
import Policy
import Protocol
import System
import Text
import Virsh
import Wire

extension Session {
    /// Executes a command in words, prints its results, and returns the exit status.
    func run(_ request: RequestFromWords) throws -> Int32 {
        defer { log.info("shutting down") }
        // Never reset: the process ends with its only request.
        ClientWatch.isRequestRunning = true
        do { return try execute(request) } catch is Wire.Truncated {
            try wire.writeError("atex-virt-helper: the input ended before all bytes had arrived\n")
        } catch is Wire.SurplusInput {
            try wire.writeError(
                "atex-virt-helper: the input has more bytes than 'length' says; nothing was "
                    + "stored; without 'length' all of the input is read\n")
        } catch {
            // Through the wire: the process's own descriptor 2 is /dev/null by now.
            try wire.writeError(errorText(RequestError(error)))
        }
        return 1
    }

    private func execute(_ request: RequestFromWords) throws -> Int32 {
        wire.consoleFilter = ConsoleFilter()
        if !request.isQuiet {
            progressDisplay = ProgressDisplay(
                wire, isBar: wire.errorsAreTerminal && !terminalIsDumb())
        }
        clientStreams = streams(isJSON: request.isJSON)
        let reply = try reply(to: request.object)
        try progressDisplay?.clear()
        if request.isJSON {
            guard try reply.write(to: wire) else { return 1 }
        } else if let error = reply.error {
            if !hasPrintedError { try wire.writeError(errorText(error)) }
        } else if reply.body == nil {
            try wire.writeText(text(of: reply.results, for: request))
        }
        if let error = reply.error {
            let wordsAreWrong = error.kind == .badRequest && !error.concernsBody
            // virsh's exit status for wrong words is 1.
            return wordsAreWrong && request.command.inWords != .virsh ? 2 : 1
        }
        // Only the bytes: standard output is probably redirected to a file.
        try reply.body?(wire)
        if request.command.inWords == .holdsReservation {
            try holdReservation(loginCommands(reply.results, request.object))
        }
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
        let text = presentation.text(of: results.members)
        switch request.command.inWords {
        case .reservations: return presentation.reservations(results)
        case .help: return text + furtherHelp(request)
        // Colours come last: `printableLines` would replace their escape characters.
        case .hostCheck: return presentation.report(text)
        case .ordinary, .holdsReservation, .virsh: return text
        }
    }

    /// Holds the reservation until the connection ends: then `ClientWatch` ends this process.
    private func holdReservation(_ loginCommands: [String]) throws {
        try wire.writeError(
            "reserved until this connection ends\n"
                + loginCommands.map { "  \($0)\n" }.joined())
        // Nothing ever wakes it. Returning would end the process and with it the lock.
        _ = try waitForAny(of: [Wakeup()], until: nil)
    }
}

/// Whether the terminal supports neither colours nor cursor movement.
private func terminalIsDumb() -> Bool { ProcessInformation.environment("TERM") == "dumb" }

/// After the list of all commands: those that exist in words only. After one command: how to write
/// its arguments.
private func furtherHelp(_ request: RequestFromWords) -> String {
    if case .string(let name)? = request.object["command"]?.value {
        guard let command = SessionCommand.all.named(name),
            !command.declared().parameters.all.isEmpty
        else { return "" }
        return command.wordList != nil
            ? "All words after \(command.name) are its own arguments.\n"
            : "Arguments are given as NAME=VALUE, or without names in this order.\n"
    }
    return "\n"
        + wrapped(
            "'help COMMAND' explains a command and shows an example. --json prints the reply of "
                + "the line protocol, -q no progress. Sizes may be written as 10G, times as 5m.",
            startingWith: "", indent: 0)
}
