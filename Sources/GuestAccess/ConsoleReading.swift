package import Confinement
package import Libvirt
import Protocol
import System
import Text
package import Wire

/// One reading of a domain's console, which is written to the client's standard error, perhaps with
/// input for the guest.
package struct ConsoleReading {
    private let domain: DomainRun
    private let source: any ConsoleSource
    private let wire: Wire
    private let gate: any EffectGate
    private let search: ConsoleSearch?
    /// `nil` without input.
    private let dialogue: (input: ConsoleInput, console: LiveConsole)?
    private var count = 0

    /// After the domain or its console has ended, how long to wait for the other to end.
    private static let patience = Duration.seconds(2)

    /// Why the reading ended, by the word in the reply.
    package enum End: String, Sendable {
        case matched, stopped, seconds
        /// The client typed Ctrl-].
        case left
    }

    package struct Summary {
        package let end: End
        /// The text that matched; `nil` unless `end` is `.matched`.
        package let matched: String?
        /// `console` or `log`.
        package let source: String
        /// The number of bytes written.
        package let bytes: Int
    }

    /// Opens the console of a running domain, or waits for its start first. `until` is the
    /// expression to search for; `force` disconnects another reader. With `input`, the device
    /// itself is opened even if the console is logged.
    package init(
        of name: String, _ host: HostConnection, _ wire: Wire, input: ConsoleInput? = nil,
        until expression: String?, waitForStart: Bool, force: Bool,
        deadline: ContinuousClock.Instant?, _ gate: any EffectGate
    ) throws {
        // First: a wrong expression must fail before anything waits.
        search = try expression.map(ConsoleSearch.init)
        self.gate = gate
        domain = try DomainRun(of: name, host)
        try gate.willLookInto(domain.domain)
        if input != nil { try gate.willChange(domain.domain) }
        // Before the start: the log's mark separates this run from earlier ones.
        let log = try ConsoleLog(of: domain.domain, domain.connection, isRunning: domain.hasBegun)
        if !domain.hasBegun {
            guard waitForStart else {
                throw RequestError(
                    .libvirt, "domain '\(name)' is not running", object: name,
                    hint: "\(argument: "wait", "true") waits for its start")
            }
            try awaitStart(of: domain, deadline)
            try gate.willLookInto(domain.domain)
        }
        self.wire = wire
        if let input {
            let console = try LiveConsole(domain, force: force)
            (source, dialogue) = (console, (input, console))
        } else {
            dialogue = nil
            if let log = log?.open() {
                source = LoggedConsole(log)
            } else {
                source = try LiveConsole(domain, force: force)
            }
        }
    }

    /// Writes console bytes until the expression matches, the domain stops, or the deadline.
    package mutating func run(until deadline: ContinuousClock.Instant?) throws -> Summary {
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        var isOver = false
        // Until when the domain's stop, or the rest of its bytes, may still arrive.
        var patience: ContinuousClock.Instant?
        while true {
            if let dialogue, try !dialogue.input.advance({ try send($0, to: dialogue.console) }) {
                return try endWithoutMatch(
                    .left, .notFound,
                    "Ctrl-] was typed before the console of '\(domain.name)' showed")
            }
            let received = try source.receive(into: &buffer)
            if case .bytes(let length) = received {
                // Bytes show that the end is not here yet.
                patience = nil
                count += length
                // Somebody else may have reserved the domain meanwhile.
                try gate.willLookInto(domain.domain)
                try source.forward { try wire.writeError(buffer[..<length]) }
                if let matched = try search?.feed(buffer[..<length]) {
                    return summary(.matched, matched)
                }
                // Otherwise a console that never pauses would outlast the deadline.
                guard isPast(deadline) else { continue }
            }
            // Cleared before asking: an event after the answer wakes us again.
            if !isOver, domain.wakeup.clear() {
                isOver = try domain.isOver()
                if !isOver, source.isCutOff(domain) {
                    try source.resume(domain)
                    patience = nil
                    continue
                }
            }
            // The console's end and the domain's stop are reported independently, in either order.
            if received == .end || isPast(patience) {
                if isOver {
                    return try endWithoutMatch(
                        .stopped, .notFound,
                        "domain '\(domain.name)' stopped before its console showed")
                }
                if isPast(patience) {
                    // Ask: the event of the stop is lost if the daemon that sends it restarted.
                    isOver = try domain.isOver()
                    if isOver { continue }
                    try source.resume(domain)
                    patience = nil
                }
            }
            if isPast(deadline) {
                return try endWithoutMatch(
                    .seconds, .timeout,
                    "nothing on the console of '\(domain.name)' matched in time:")
            }
            if patience == nil, isOver || received == .end { patience = .now + Self.patience }
            var waitables: [any Waitable] = [source.waitable, domain.wakeup]
            if let input = dialogue?.input.waitable { waitables.append(input) }
            _ = try waitForAny(
                of: waitables,
                until: [deadline, patience].compactMap { $0 }.min())
        }
    }

    private func send(_ bytes: ArraySlice<UInt8>, to console: LiveConsole) throws -> Int {
        // Somebody else may have reserved the domain meanwhile.
        try gate.willChange(domain.domain)
        return console.send(bytes)
    }

    private func isPast(_ moment: ContinuousClock.Instant?) -> Bool {
        moment.map { .now >= $0 } ?? false
    }

    /// Fails if the client waits for a match.
    private func endWithoutMatch(
        _ end: End, _ kind: RequestError.Kind, _ message: String
    ) throws -> Summary {
        guard let search else { return summary(end, nil) }
        throw RequestError(kind, "\(message) '\(search.expression)'", object: domain.name)
    }

    private func summary(_ end: End, _ matched: String?) -> Summary {
        Summary(end: end, matched: matched, source: source.name, bytes: count)
    }
}

private func awaitStart(of run: DomainRun, _ deadline: ContinuousClock.Instant?) throws {
    while !run.hasBegun {
        guard try waitForAny(of: [run.wakeup], until: deadline) else {
            throw RequestError(
                .timeout, "domain '\(run.name)' was not started in time", object: run.name)
        }
        // Before looking: a start after that wakes us again.
        _ = run.wakeup.clear()
        try run.lookForStart()
    }
}

/// The search for the client's expression in console bytes.
private struct ConsoleSearch {
    let expression: String
    private let search: PythonRegexStreamSearch

    init(_ expression: String) throws {
        self.expression = expression
        do throws(RegexError) {
            search = PythonRegexStreamSearch(try PythonRegex(expression))
        } catch { throw RequestError("until", expression, error) }
    }

    func feed(_ bytes: ArraySlice<UInt8>) throws -> String? {
        do throws(RegexError) { return try search.feed(bytes) } catch {
            throw RequestError(
                .badRequest, "until '\(expression)' cannot be used: \(error.message)")
        }
    }
}
