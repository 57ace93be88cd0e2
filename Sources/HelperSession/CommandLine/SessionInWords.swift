import Libvirt
import Lifetime
import Logging
import Policy
import Protocol
import System
import Text
import Virsh
import Volumes
import Wire

extension Session {
    /// Executes a command in words, prints its results, and returns the exit status. `use`: what
    /// happens with the results instead.
    func run(
        _ request: RequestFromWords, use: ((Reply.Results) throws -> Void)? = nil
    ) throws -> Int32 {
        defer { log.info("shutting down") }
        // Never ends: the process ends with its only request.
        ClientWatch.requestBegins()
        do { return try execute(request, use) } catch is Wire.Truncated {
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

    private func execute(
        _ request: RequestFromWords, _ use: ((Reply.Results) throws -> Void)?
    ) throws -> Int32 {
        wire.filterErrors(ConsoleFilter())
        if !request.isQuiet {
            progressDisplay = ProgressDisplay(
                wire, isBar: wire.errorsAreTerminal && !terminalIsDumb())
        }
        clientStreams = streams(isJSON: request.isJSON)
        let reply = try reply(to: request.object)
        try progressDisplay?.clear()
        if request.isJSON {
            guard try reply.write(to: wire, includingBody: false) else { return 1 }
        } else if let error = reply.error {
            if !hasPrintedError { try wire.writeError(errorText(error)) }
        } else if let use {
            try use(reply.results)
            return 0
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
            try holdReservations(
                domains(reply.results), loginCommands(reply.results, request.object))
        } else if !temporaryVolumes.isEmpty {
            try hold("the temporary volume is removed when this connection ends\n")
        }
        return request.command.inWords == .hostCheck ? hostCheckStatus(reply.results) : 0
    }

    /// Standard input carries no requests, and standard output a reply only with `--json`.
    private func streams(isJSON: Bool) -> ClientStreams {
        let wire = wire
        let output = ClientStreams.Output(
            open: { () throws(SystemError) in try wire.duplicateOutput() },
            errorsAreTerminal: wire.errorsAreTerminal,
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

    /// What a command has reserved: one domain, or all that it has taken over.
    private func domains(_ results: Reply.Results) -> [String] {
        var values = [results["domain"]].compactMap { $0 }
        if case .array(let all)? = results["domains"] { values = all }
        return values.compactMap { if case .string(let name) = $0 { name } else { nil } }
    }

    /// As `hold`; throws when other sessions have taken all of the domains by force.
    private func holdReservations(_ domains: [String], _ loginCommands: [String]) throws {
        let lost = reservations.record.lost
        let taken = try Wakeup()
        lost.wake(taken)
        var lease = ""
        let leases = reservations.record.leased.filter { held in
            domains.contains { held.isNamed($0) }
        }.compactMap(\.lease?.seconds)
        if let seconds = leases.max() {
            lease = ", and then at most \(Int(seconds.rounded(.up))) s ('resume' takes it over)"
        }
        try hold(
            "reserved until this connection ends\(lease)\n"
                + loginCommands.map { "  \($0)\n" }.joined(), unless: taken
        ) {
            var failure: (any Error)?
            for domain in domains {
                do {
                    try lost.check(domain)
                    return
                } catch { failure = error }
            }
            if let failure { throw failure }
        }
    }

    /// Waits until the connection ends: then `ClientWatch` ends this process. Returning would end
    /// it and with it the lock. Calls `check` when `event` wakes it.
    private func hold(
        _ text: String, unless event: Wakeup? = nil, _ check: () throws -> Void = {}
    ) throws {
        try wire.writeError(text)
        let event = try event ?? Wakeup()
        while true {
            try check()
            _ = try waitForAny(of: [event], until: nil)
            _ = event.clear()
        }
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
