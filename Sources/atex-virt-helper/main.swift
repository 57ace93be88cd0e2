import CleanUp
import HelperSession
import Libvirt
import Lifetime
import Logging
import Policy
import Protocol
import System
import Text
import Wire

/// Writes text to a stream that has not been moved; ignores that no one reads it.
func printText(_ text: String, to stream: borrowing FileDescriptor) {
    do throws(SystemError) { try stream.write(Array(text.utf8)) } catch {}
}

/// The command line; `--help`, `--version` and mistakes end the process.
func readArguments() -> Arguments {
    do throws(Arguments.Exit) {
        return try Arguments(Array(CommandLine.arguments.dropFirst()))
    } catch {
        switch error {
        case .help:
            printText(Arguments.help, to: .standardOutput)
            ProcessInformation.end(0)
        case .version:
            printText("\(helperVersion)\n", to: .standardOutput)
            ProcessInformation.end(0)
        case .mistake(let message):
            printText(
                "atex-virt-helper: \(printable(message))\n\(Arguments.usage)\n",
                to: .standardError)
            ProcessInformation.end(2)
        }
    }
}

/// What the session may do. Anything wrong with the policy ends the process, so that a mistake
/// never grants access; the reason is in the system log, whatever `--log` is.
func readPolicy(_ arguments: Arguments) -> Policy {
    do {
        if arguments.role != nil { try Sandbox.enter() }
        return try policy(arguments)
    } catch {
        reportRefusal(error)
        ProcessInformation.end(1)
    }
}

func policy(_ arguments: Arguments) throws(PolicyFileError) -> Policy {
    let path = arguments.policyPath ?? PolicyFile.standardPath
    guard let name = arguments.role else {
        // Only a file that was named must exist.
        let file: PolicyFile? =
            arguments.policyPath != nil
            ? try .readExisting(path, .program) : try .read(path, .program)
        guard file?.requiresRole != true else {
            throw PolicyFileError(
                path: path, problem: "it has 'require-role = yes', and there is no --role")
        }
        return Policy(role: nil, identity: nil, portsForGuests: arguments.ports)
    }
    let file = try PolicyFile.readExisting(path, .program)
    guard let role = file.role(named: name) else {
        throw PolicyFileError(path: path, problem: "there is no section [role \(name)]")
    }
    return Policy(role: role, identity: arguments.identity ?? name, proxy: file.proxy)
}

/// The words of a command: the administrator's, or else the ssh client's. `nil` if the line
/// protocol is to be spoken.
func commandWords(_ arguments: Arguments) -> [String]? {
    if !arguments.words.isEmpty { return arguments.words }
    return OriginalCommand()?.commandWords
}

/// Serves one client, in the line protocol or with one command in words. Returns the exit status.
func serve(_ arguments: Arguments) throws -> Int32 {
    let policy = readPolicy(arguments)
    let client = Client()
    let log = logger(arguments.logLevel, client)
    let audit = AuditLog(policy, client)
    audit.start()
    do {
        let status = try serve(arguments, policy, client, audit, log)
        audit.end(.inputEnded)
        return status
    } catch {
        audit.end(.failed)
        throw error
    }
}

func serve(
    _ arguments: Arguments, _ policy: Policy, _ client: Client, _ audit: AuditLog, _ log: Logger
) throws -> Int32 {
    LibvirtError.silenceLibrary()
    let record = SessionRecord(.standard, client, policy, log, audit)
    let parts = SessionParts(
        uri: arguments.uri, policy: policy, client: client, audit: audit, record: record, log: log)
    guard let words = commandWords(arguments) else {
        return try inSession(parts) { session in
            try session.run()
            return 0
        }
    }
    return try runCommand(
        words, uri: arguments.uri, record: record, audit: audit, output: .standardOutput,
        errors: .standardError, log: log
    ) { try inSession(parts, $0) }
}

/// What a session is created from.
struct SessionParts {
    let uri: String?
    let policy: Policy
    let client: Client
    let audit: AuditLog
    let record: SessionRecord
    let log: Logger
}

/// Says on standard error, which has not been moved yet, and in the system log why there is no
/// session.
func reportRefusal(_ error: any Error) {
    let reason = (error as? PolicyFileError)?.message ?? RequestError(error).message
    let message = logLine("cannot start a session: \(reason)")
    // The client gets the reason in any case.
    do throws(SystemError) {
        try SystemLog.send(message, .authentication, .error, waits: true)
    } catch {}
    printText("atex-virt-helper: \(message)\n", to: .standardError)
}

/// Creates a session with its directory, and removes the directory afterwards.
func inSession(_ parts: SessionParts, _ body: (Session) throws -> Int32) throws -> Int32 {
    let record = parts.record
    let state = StateDirectory.standard
    do throws(SystemError) { try state.make() } catch {
        let message = "cannot make the state directory '\(state.path)': \(error.message)"
        parts.log.error("\(message)")
        printText("atex-virt-helper: \(message)\n", to: .standardError)
        return 1
    }
    defer { record.end() }
    do { try record.begin() } catch {
        reportRefusal(error)
        return 1
    }
    Journal.current = Journal(state)
    let cleanUp = undoLeftovers(of: state, parts.log)
    let directory = try SessionDirectory(otherwise: state)
    defer { directory.remove() }
    try Directory.enter(directory.path)
    if let identity = parts.policy.identity { try ProcessInformation.setName(identity) }
    let streams = try StandardStreams.moved()
    // Before libvirt is used: it creates threads, which must inherit the signal mask.
    let audit = parts.audit
    let log = parts.log
    let leases = LeaseKeeper(record)
    try ClientWatch.start(
        output: streams.output, errors: streams.errors, limits: SessionLimits(parts.policy),
        filesRemoved: record.lookAfterAlarm, outlive: leases.outlive,
        // Not before: a session without a file is taken for the Python helper, and killed if somebody
        // takes a domain by force.
        rolledBack: record.end
    ) { reason in
        leases.end()
        record.beginEnd()
        log.info("ended without the end of the input: \(reason.rawValue)")
        audit.end(reason)
        directory.remove()
    }
    let errors = try streams.errors.duplicate()
    record.beginGuarding { message in
        errors.writeIfReady("atex-virt-helper: \(logLine(message))\n")
    }
    let session = try Session(
        wire: Wire(streams), host: HostConnection(uri: parts.uri, policy: parts.policy),
        client: parts.client, audit: audit, record: record, cleanUp: cleanUp, leases: leases,
        log: log)
    // Before `record.end`: the reservations protect what is undone.
    defer {
        leases.finish()
        session.end()
    }
    return try body(session)
}

/// Logs to syslog, or nowhere if no level is given.
func logger(_ level: Arguments.LogLevel?, _ client: Client) -> Logger {
    guard let level else {
        return Logger(label: "session") { _ in SwiftLogNoOpLogHandler() }
    }
    return Logger(label: "session") { label in
        SyslogHandler(label: label, level: level.level) { client.logSuffix }
    }
}

shareHeapAmongThreads()
let arguments = readArguments()
// Before anything is written: RLIMIT_FSIZE may be any number.
SignalHandling.ignoreFileSizeLimit()
do {
    if let command = arguments.administratorCommand {
        ProcessInformation.end(
            try command.run(
                policyPath: arguments.policyPath, output: .standardOutput, errors: .standardError))
    }
    ProcessInformation.end(try serve(arguments))
} catch {
    // The client does not read any more, or the session could not begin.
    let message = RequestError(error).message
    printText("atex-virt-helper: the session has failed: \(message)\n", to: .standardError)
    ProcessInformation.end(1)
}
