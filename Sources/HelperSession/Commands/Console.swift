import Host
import Libvirt

extension SessionCommand {
    ///     C: {"cmd": "console", "domain": "vm1", "until": "login: $", "seconds": 120}
    ///     S: {"success": true, "cmd": "console", "domain": "vm1", "until": "login: $",
    ///         "seconds": 120, "reason": "matched", "matched": "login: ", "source": "log",
    ///         "bytes": 31415}
    static let console = SessionCommand(
        "console", summary: "write what a domain's console shows to standard error"
    ) { parameters in
        let domain = parameters.name("domain", "a domain that runs, or see 'wait'")
        let seconds = parameters.optionalSeconds("seconds", "how long; else until it stops")
        let until = parameters.optionalString(
            "until", "regular expression of Python's: ends when it is found in what was written")
        let wait = parameters.flag("wait", "true: wait for the domain's start first")
        let force = parameters.flag("force", "true: take the console from whoever reads it")

        return { session, request in
            let deadline = try request[seconds].map { ContinuousClock.now + .seconds($0) }
            let search = try request[until].map(ConsoleSearch.init)
            let (waits, forces) = (try request[wait], try request[force])
            let run = try DomainRun(of: request[domain], session.host)
            let log = try ConsoleLog(of: run.domain, run.connection, isRunning: run.hasBegun)
            if !run.hasBegun {
                guard waits else {
                    throw Refusal(
                        .libvirt, "domain '\(run.name)' is not running", object: run.name,
                        hint: "\"wait\": true waits for its start")
                }
                try awaitStart(of: run, deadline)
            }
            let source: any ConsoleSource
            if let log = log?.open() {
                source = LoggedConsole(log)
            } else {
                source = try LiveConsole(run, force: forces)
            }
            var relay = ConsoleRelay(run, source, session.wire, search)
            return try relay.run(until: deadline)
        }
    }
}

private func awaitStart(of run: DomainRun, _ deadline: ContinuousClock.Instant?) throws {
    while !run.hasBegun {
        guard try waitForAny(of: [run.wakeup], until: deadline) else {
            throw Refusal(
                .timeout, "domain '\(run.name)' was not started in time", object: run.name)
        }
        _ = run.wakeup.take()
        try run.lookForStart()
    }
}

/// What a client waits for on a console.
private struct ConsoleSearch {
    let expression: String
    private let search: PatternSearch

    init(_ expression: String) throws {
        self.expression = expression
        do throws(PatternError) { search = PatternSearch(try Pattern(expression)) } catch {
            throw Refusal(
                .badRequest,
                "until '\(expression)' is no regular expression: \(error.message) at position "
                    + "\(error.position)")
        }
    }

    func feed(_ bytes: ArraySlice<UInt8>) throws -> String? {
        do throws(PatternError) { return try search.feed(bytes) } catch {
            throw Refusal(
                .badRequest, "until '\(expression)' cannot be used: \(error.message)")
        }
    }
}

/// Takes bytes from a console to the client.
private struct ConsoleRelay {
    private let domain: DomainRun
    private let source: any ConsoleSource
    private let wire: Wire
    private let search: ConsoleSearch?
    private var count = 0

    /// How long the one waits for the other where the domain or its console has ended.
    private static let patience = Duration.seconds(2)

    init(
        _ domain: DomainRun, _ source: any ConsoleSource, _ wire: Wire, _ search: ConsoleSearch?
    ) {
        self.domain = domain
        self.source = source
        self.wire = wire
        self.search = search
    }

    mutating func run(until deadline: ContinuousClock.Instant?) throws -> Results {
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        var isOver = false
        // Until when a stop of the domain, or the rest of its bytes, may still come.
        var patience: ContinuousClock.Instant?
        while true {
            let received = try source.receive(into: &buffer)
            if case .bytes(let length) = received {
                patience = nil
                count += length
                try source.handOn { try wire.writeError(buffer[..<length]) }
                if let matched = try search?.feed(buffer[..<length]) {
                    return results("matched", matched)
                }
                guard isPast(deadline) else { continue }
            }
            if !isOver, domain.wakeup.take() {
                isOver = try domain.isOver()
                if !isOver, source.isCutOff(domain) {
                    try source.resume(domain)
                    patience = nil
                    continue
                }
            }
            if received == .end || isPast(patience) {
                if isOver {
                    return try end(
                        "stopped", .notFound,
                        "domain '\(domain.name)' stopped before its console showed")
                }
                if isPast(patience) {
                    // An event may have been lost with the daemon that would have sent it.
                    isOver = try domain.isOver()
                    if isOver { continue }
                    try source.resume(domain)
                    patience = nil
                }
            }
            if isPast(deadline) {
                return try end(
                    "seconds", .timeout,
                    "nothing on the console of '\(domain.name)' matched in time:")
            }
            if patience == nil, isOver || received == .end { patience = .now + Self.patience }
            _ = try waitForAny(
                of: [source.waitable, domain.wakeup],
                until: [deadline, patience].compactMap { $0 }.min())
        }
    }

    private func isPast(_ moment: ContinuousClock.Instant?) -> Bool {
        moment.map { .now >= $0 } ?? false
    }

    /// Who waits for something to be shown has failed where it was not.
    private func end(_ reason: String, _ kind: Refusal.Kind, _ words: String) throws -> Results {
        guard let search else { return results(reason, nil) }
        throw Refusal(
            kind, "\(words) '\(search.expression)'", object: domain.name)
    }

    private func results(_ reason: String, _ matched: String?) -> Results {
        [
            "reason": .string(reason), "matched": matched.map { .string($0) } ?? .null,
            "source": .string(source.name), "bytes": .integer(Int64(count)),
        ]
    }
}
