package import Confinement
package import Libvirt
package import Policy
import System
import Text
import XML

/// Runs virsh's commands on one host, as `virsh` would, and collects their output, or
/// writes it to the client at once.
/// Not thread-safe: one request creates it and uses it on its own thread.
package final class Shell {
    /// What was printed. If it goes to the client at once, only the errors, for the log.
    package private(set) var output = ShellOutput()

    /// The version of virsh whose commands, options and texts it has: the library's, except in
    /// tests.
    let version: LibvirtVersion
    /// What the session may do.
    let policy: Policy
    /// Gate 4: asked before each effect.
    let gate: any EffectGate

    /// Learns what is requested, before anything runs or is refused. If it throws, nothing runs.
    private let observe: Observe
    package typealias Observe = (VirshRequest) throws -> Void

    /// Opens a connection, or returns one that is already open.
    private let connect: Connect
    package typealias Connect =
        (_ uri: String?, _ readOnly: Bool) throws(LibvirtError) -> Connection

    /// The URI that commands connect to; `nil` means libvirt's default.
    var uri: String?
    /// The URI of the session, which the administrator chose.
    private let sessionURI: String?
    var isReadOnly: Bool
    /// Whether success messages and table headers are left out.
    var isQuiet: Bool
    /// Whether the duration of each command is printed.
    var isTimed = false
    /// The lowest level of debug messages that are printed: 0 prints all, 4 prints none.
    var debugLevel = 4
    /// The name of the running command.
    private(set) var commandName = ""
    /// What it does to the domains that it looks up.
    private(set) var effects: DomainEffects = []
    private var connected: Connection?
    /// Whether the host lacks `virDomainGetState`, which also returns the reason of a state.
    var lacksDomainState = false

    /// The working directory before the first `cd`.
    var directoryBefore: String?

    /// The client's streams, which commands in words may use as files; `nil` in the line protocol.
    let clientStreams: ClientStreams?

    /// A shell for one request. `quiet` is virsh's option `-q`.
    package init(
        uri: String?, readOnly: Bool = false, quiet: Bool = true, streams: ClientStreams? = nil,
        policy: Policy = .unconfined, gate: any EffectGate = UnconfinedGate(),
        version: LibvirtVersion = .running,
        observe: @escaping Observe = { _ in },
        connect: @escaping Connect
    ) {
        self.uri = uri
        sessionURI = uri
        self.isReadOnly = readOnly || policy.limits?.isReadOnly == true
        self.version = version
        self.policy = policy
        self.gate = gate
        self.observe = observe
        self.isQuiet = quiet
        self.clientStreams = streams
        self.connect = connect
    }

    /// Runs the words that would follow `virsh`. Returns false if virsh's exit status would not
    /// be 0.
    package func run(_ words: [String]) -> Bool {
        do {
            return try runGlobal(words)
        } catch let error as SyntaxError {
            for line in error.lines { printError(line) }
        } catch {
            report(error)
        }
        return false
    }

    /// Runs the commands in `words`: one word is a string of commands, several are one command.
    /// Returns false if the last one failed.
    func runCommands(_ words: [String]) throws -> Bool {
        guard words != [""] else { return false }
        if words.count == 1 { debug(.info, "commands: \"\(words[0])\"\n") }
        // Nothing runs unless all commands parse and are granted.
        // Without the closure, the lines are not even made.
        let isDebugging = DebugLevel.info.rawValue >= debugLevel
        let parsed = ParsedCommands(
            words, version, debug: isDebugging ? { [self] in debug(.info, $0) } : nil)
        let denial = policy.denial(of: parsed.calls)
        try observe(VirshRequest(parsed.calls, denial))
        if let denial { throw denial }
        if let error = parsed.error { throw error }
        return whenConnected { run(parsed.calls) }
    }

    /// Connects, then runs `body`. virsh connects first only if the user named a URI; without one
    /// it connects when a command needs it.
    /// virsh 9.0.0: `virshInit`.
    func whenConnected(_ body: () -> Bool) -> Bool {
        guard uri != nil else { return body() }
        do throws(CommandFailure) {
            _ = try connection
        } catch {
            report(error)
            return false
        }
        let isSuccess = body()
        restoreKeepAlive()
        return isSuccess
    }

    private func run(_ calls: [Call]) -> Bool {
        defer { restoreDirectory() }
        var isSuccess = true
        for call in calls {
            // What printed too much has no reply, so that the rest would run unseen.
            guard !output.isCut || clientStreams?.output != nil else { return false }
            guard Cancellation.current?.isCancelled != true else { return false }
            let start = ContinuousClock.now
            isSuccess = run(call)
            // What follows a refused change may have relied on it.
            if call.command.endsRun || denial != nil || isBusy { break }
            if isTimed {
                let time = (ContinuousClock.now - start) / .milliseconds(1)
                print("\n(Time: \(fixed(time, 3)) ms)\n\n")
            } else {
                printExtra("")
            }
        }
        return isSuccess
    }

    /// Runs one command and reports a failure as virsh does. virsh 9.0.0: `vshCommandRun`.
    private func run(_ call: Call) -> Bool {
        // Otherwise a failure of this command would end with an error of the previous one.
        LibvirtError.forgetReported()
        isObjectNotFound = false
        commandName = call.command.name
        effects = call.effects
        do {
            if call.command.needsConnection { _ = try connection }
            try call.body(self, call.given)
            return true
        } catch {
            report(error)
        }
        return false
    }

    private func report(_ error: any Error) {
        switch error {
        case let failure as CommandFailure: report(failure)
        case let denial as Denial:
            // Nothing but the denial: an error of libvirt's could tell more.
            LibvirtError.forgetReported()
            self.denial = denial
            isObjectNotFound = false
            lastError = nil
            printError(denial.message)
        case let busy as Busy:
            LibvirtError.forgetReported()
            isBusy = true
            isObjectNotFound = false
            lastError = nil
            printError(busy.message)
        case let error as LibvirtError:
            // virsh prints the error that libvirt reported last. It need not be this one: a later
            // call may have reported another.
            finishFailed(LibvirtError.reported ?? error)
        case let error as XMLError:
            printError(error.message)
            finishFailed(LibvirtError.reported)
        case let error as SystemError:
            printError(error.message)
            finishFailed(LibvirtError.reported)
        default:
            // No command throws anything else. Only the type has a name in a release build.
            printError("internal error: \(type(of: error))")
            finishFailed(LibvirtError.reported)
        }
    }

    private func report(_ failure: CommandFailure) {
        for line in failure.lines { printError(line) }
        isObjectNotFound = failure.isNotFound
        finishFailed(LibvirtError.reported)
    }

    /// Prints libvirt's error after the command's own lines and keeps it in `lastError`.
    private func finishFailed(_ error: LibvirtError?) {
        if let error, error.code != .ok || !error.message.isEmpty { printError(error.message) }
        lastError = error
        LibvirtError.forgetReported()
    }

    /// libvirt's error when the last command failed; `nil` if the failure has another cause.
    package private(set) var lastError: LibvirtError?
    /// Whether the last command failed because an object that it named does not exist. Lookups
    /// without a line of virsh's own, e.g. of snapshots, show that in the code of `lastError`.
    package private(set) var isObjectNotFound = false

    /// Why the role does not permit the request; then no command runs after the refused one.
    package private(set) var denial: Denial?
    /// Whether another session with a role works on the same; then no command runs after that one.
    package private(set) var isBusy = false

    // MARK: Connection

    /// The connection to the host, opened on first use.
    var connection: Connection {
        get throws(CommandFailure) {
            if let connected { return connected }
            return try connect(to: uri, readOnly: isReadOnly)
        }
    }

    private func connect(to uri: String?, readOnly: Bool) throws(CommandFailure) -> Connection {
        do throws(LibvirtError) {
            let connection = try opened(uri, readOnly: readOnly)
            try setKeepAlive(of: connection)
            connected = connection
            return connection
        } catch {
            throw CommandFailure("failed to connect to the hypervisor")
        }
    }

    /// Opens a connection. libxml2's messages about the file of a test driver are printed first, as
    /// by virsh.
    private func opened(_ uri: String?, readOnly: Bool) throws(LibvirtError) -> Connection {
        if let uri, uri != sessionURI { try checkFile(ofURI: uri) }
        var result: Result<Connection, LibvirtError>?
        let messages = XML.messages {
            result = Result { () throws(LibvirtError) in try connect(uri, readOnly) }
        }
        printRaw(toError: messages)
        // Only for the compiler: `messages` always calls its closure.
        guard let result else { throw LibvirtError(code: .noConnection, message: "") }
        return try result.get()
    }

    /// Opens a second connection, to the host that a domain migrates to.
    /// virsh 9.0.0: `virshConnect`.
    func destination(_ uri: String) throws(LibvirtError) -> Connection {
        let destination = try opened(uri, readOnly: false)
        try setKeepAlive(of: destination)
        return destination
    }

    /// Connects to another host; `nil` reconnects to the same one. virsh: `connect`.
    func reconnect(to uri: String?, readOnly: Bool) throws(CommandFailure) {
        connected = nil
        // virsh keeps the option --readonly only when it reconnects to the same URI.
        let readOnly = readOnly || uri == nil && isReadOnly
        _ = try connect(to: uri ?? self.uri, readOnly: readOnly)
        self.uri = uri ?? self.uri
        isReadOnly = readOnly
    }

    /// The options -k and -K: seconds between keepalive messages, and how many may stay unanswered
    /// before the connection counts as lost; `nil` if not given.
    var keepAlive: (interval: Int32?, count: Int32?) = (nil, nil)

    /// Applies the keepalive options to a new connection. virsh 9.0.0: `virshConnect`.
    private func setKeepAlive(of connection: Connection) throws(LibvirtError) {
        guard keepAlive.interval != nil || keepAlive.count != nil else {
            // `Connection` already set the defaults and ignored a failure. virsh prints a debug
            // message on failure, so only debugging repeats the call.
            let (interval, count) = defaultKeepAlive
            if debugLevel <= DebugLevel.info.rawValue,
                attempt({ () throws(LibvirtError) in
                    try connection.setKeepAlive(interval: interval, count: UInt32(count))
                }) == nil
            {
                debug(.info, "Failed to setup keepalive on connection\n")
            }
            return
        }
        let interval = keepAlive.interval ?? defaultKeepAlive.interval
        guard interval > 0 else { return }  // virsh then leaves the connection as it is
        do throws(LibvirtError) {
            try connection.setKeepAlive(
                interval: interval, count: UInt32(keepAlive.count ?? defaultKeepAlive.count))
        } catch {
            printError("Cannot setup keepalive on connection as requested, disconnecting")
            throw error
        }
    }

    /// Resets a changed keepalive: the session shares the connection with its other requests.
    private func restoreKeepAlive() {
        guard keepAlive.interval != nil || keepAlive.count != nil, let connected else { return }
        let (interval, count) = defaultKeepAlive
        _ = attempt { () throws(LibvirtError) in
            try connected.setKeepAlive(interval: interval, count: UInt32(count))
        }
    }

    /// What `Connection` sets.
    private var defaultKeepAlive: (interval: Int32, count: Int32) {
        (Connection.keepAlive.interval, Int32(Connection.keepAlive.count))
    }

    // MARK: Output

    /// Prints text without a newline.
    func print(_ text: String) { write(text, to: .standard) }

    private func write(_ text: String, to stream: ShellOutput.Stream) {
        guard let client = clientStreams?.output else { return output.append(text, to: stream) }
        guard !text.isEmpty else { return }
        client.write(text, stream)
        if stream == .error { output.append(text, to: stream) }
    }

    /// Prints a job's progress, but not to the log, because a long job prints much of it.
    func printProgress(_ text: String) {
        guard let client = clientStreams?.output else { return output.append(text, to: .error) }
        client.write(text, .error)
    }

    /// virsh 9.0.0: VSH_ERR_DEBUG, VSH_ERR_INFO. The raw values are those of `-d`.
    enum DebugLevel: Int { case debug, info }

    /// Prints text without a newline if `debugLevel` asks for this level.
    func debug(_ level: DebugLevel, _ text: @autoclosure () -> String) {
        if level.rawValue >= debugLevel { print(text()) }
    }

    /// Prints a line unless the shell is quiet. virsh 9.0.0: `vshPrintExtra`.
    func printExtra(_ line: String, terminator: String = "\n") {
        if !isQuiet { print(line + terminator) }
    }

    /// Prints a line that begins with `error: `. virsh 9.0.0: `vshError`.
    func printError(_ line: String) { write("error: \(line)\n", to: .error) }

    /// Some of virsh's errors ended with an empty line before 10.0.
    var lineEndInError: String { version < .init(10, 0) ? "\n" : "" }

    /// Prints a line about something that does not fail the command. virsh 12: `vshWarn`.
    func printWarning(_ line: String) {
        write((version < .warnings ? "error: " : "warning: ") + line + "\n", to: .error)
    }

    /// Prints text to the error stream as it is.
    func printRaw(toError text: String) { write(text, to: .error) }

    func print(_ table: Table) { print(table.text(header: !isQuiet)) }

    // MARK: Failure

    /// Runs `body`; if libvirt fails, the command fails with `line` before libvirt's message.
    func explaining<Value>(
        _ line: @autoclosure () -> String, _ body: () throws(LibvirtError) -> Value
    ) throws(CommandFailure) -> Value {
        do throws(LibvirtError) { return try body() } catch { throw CommandFailure(line()) }
    }

    /// Looks an object up. If libvirt fails, the command fails like with `explaining`, but the
    /// shell knows that the object was not found.
    func lookUp<Value>(
        _ line: @autoclosure () -> String, _ body: () throws(LibvirtError) -> Value
    ) throws(CommandFailure) -> Value {
        do throws(LibvirtError) { return try body() } catch { throw .notFound(line()) }
    }

    /// The result of `body`, or `nil` if libvirt fails. Its error is forgotten, so a later failure
    /// of the command does not end with it.
    func attempt<Value>(_ body: () throws(LibvirtError) -> Value) -> Value? {
        do throws(LibvirtError) {
            return try body()
        } catch {
            LibvirtError.forgetReported()
            return nil
        }
    }

    /// The result of `body`, or `nil` if libvirt fails. Its error is kept and printed if the
    /// command fails later without a newer one. virsh forgets errors in some places only; `attempt`
    /// is for those.
    func tolerating<Value>(_ body: () throws(LibvirtError) -> Value) -> Value? {
        do throws(LibvirtError) { return try body() } catch { return nil }
    }
}
