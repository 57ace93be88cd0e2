import Host
package import Libvirt
import XML

/// Runs virsh's commands against one host, as `virsh -q` would, and keeps what they print.
/// It belongs to one thread.
package final class Shell {
    package private(set) var output = ShellOutput()

    /// Opens a connection, or gives the one that is open.
    private let connect: Connect
    package typealias Connect =
        (_ uri: String?, _ readOnly: Bool) throws(LibvirtError) -> Connection

    /// The URI that commands connect to; `nil` means libvirt's default.
    var uri: String?
    var isReadOnly: Bool
    /// Success messages and table headers are left out.
    var isQuiet: Bool
    /// Whether each command says how long it took.
    var isTimed = false
    /// Debug messages of this level and above are told: 0 all, 4 none.
    var debugLevel = 4
    /// The command that runs.
    private(set) var commandName = ""
    private var connected: Connection?
    /// Set where the host has no call for a domain's state with its reason.
    var lacksDomainState = false

    /// A shell for one request. `quiet` is what `virsh -q` is.
    package init(
        uri: String?, readOnly: Bool = false, quiet: Bool = true, connect: @escaping Connect
    ) {
        self.uri = uri
        self.isReadOnly = readOnly
        self.isQuiet = quiet
        self.connect = connect
    }

    /// Runs the words that would follow `virsh`; whether its exit status would be 0.
    package func run(_ words: [String]) -> Bool {
        do throws(SyntaxError) {
            return try runGlobal(words)
        } catch {
            for line in error.lines { printError(line) }
            return false
        }
    }

    /// The commands of `words`: one word is a string of commands, several are one command.
    func runCommands(_ words: [String]) throws(SyntaxError) -> Bool {
        guard words != [""] else { return false }
        if words.count == 1 { debug(.info, "commands: \"\(words[0])\"\n") }
        var parser = words.count == 1 ? Parser(string: words[0]) : Parser(words: words)
        parser.debug = { [self] in debug(.info, $0) }
        let calls = try parser.calls()
        return whenConnected { run(calls) }
    }

    /// Runs `body` with the host that was named connected, which virsh does before anything else;
    /// without a name it waits until a command needs it. virsh 9.0.0: `virshInit`.
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
        var isSuccess = true
        for call in calls {
            let start = ContinuousClock.now
            isSuccess = run(call)
            if ["quit", "exit"].contains(call.command.name) { break }
            if isTimed {
                let time = (ContinuousClock.now - start) / .milliseconds(1)
                print("\n(Time: \(fixed(time, 3)) ms)\n\n")
            } else {
                printExtra("")
            }
        }
        return isSuccess
    }

    /// One command, its failure told as virsh does. virsh 9.0.0: `vshCommandRun`.
    private func run(_ call: Call) -> Bool {
        LibvirtError.forgetReported()
        commandName = call.command.name
        do {
            if call.command.needsConnection { _ = try connection }
            try call.body(self, call.given)
            return true
        } catch let failure as CommandFailure {
            report(failure)
        } catch let error as LibvirtError {
            failed(LibvirtError.reported ?? error)
        } catch let error as XMLError {
            printError(error.message)
            failed(LibvirtError.reported)
        } catch let error as SystemError {
            printError(error.message)
            failed(LibvirtError.reported)
        } catch {
            // No command throws anything else. Only the type has a name in a release build.
            printError("internal error: \(type(of: error))")
            failed(LibvirtError.reported)
        }
        return false
    }

    private func report(_ failure: CommandFailure) {
        for line in failure.lines { printError(line) }
        // All that looks something up says so in these words, and libvirt's are forgotten.
        missedSomething = failure.lines.contains { $0.hasPrefix("failed to get ") }
        failed(LibvirtError.reported)
    }

    private func failed(_ error: LibvirtError?) {
        if let error, error.code != .ok || !error.message.isEmpty { printError(error.message) }
        lastError = error
        LibvirtError.forgetReported()
    }

    /// What libvirt said when the last command failed.
    package private(set) var lastError: LibvirtError?
    /// Whether the last command failed since something that it named is not there.
    package private(set) var missedSomething = false

    // MARK: Connection

    /// The connection to the host, made when it is first asked for.
    var connection: Connection {
        get throws(CommandFailure) {
            if let connected { return connected }
            return try connect(to: uri, readOnly: isReadOnly)
        }
    }

    private func connect(to uri: String?, readOnly: Bool) throws(CommandFailure) -> Connection {
        do throws(LibvirtError) {
            let made = try opened(uri, readOnly: readOnly)
            try setKeepAlive(of: made)
            connected = made
            return made
        } catch {
            throw CommandFailure("failed to connect to the hypervisor")
        }
    }

    /// A connection; what libxml2 says of a test driver's file comes first, as from virsh.
    private func opened(_ uri: String?, readOnly: Bool) throws(LibvirtError) -> Connection {
        var result: Result<Connection, LibvirtError>?
        let told = XML.messages {
            result = Result { () throws(LibvirtError) in try connect(uri, readOnly) }
        }
        printRaw(toError: told)
        guard let result else { throw LibvirtError(code: .noConnection, message: "") }
        return try result.get()
    }

    /// A connection besides the shell's own, to where a domain is to move.
    /// virsh 9.0.0: `virshConnect`.
    func destination(_ uri: String) throws(LibvirtError) -> Connection {
        let made = try opened(uri, readOnly: false)
        try setKeepAlive(of: made)
        return made
    }

    /// Leaves the host for another one, or with `nil` for the same anew. virsh: `connect`.
    func reconnect(to uri: String?, readOnly: Bool) throws(CommandFailure) {
        connected = nil
        let readOnly = readOnly || uri == nil && isReadOnly
        _ = try connect(to: uri ?? self.uri, readOnly: readOnly)
        self.uri = uri ?? self.uri
        isReadOnly = readOnly
    }

    /// Seconds between signs of life, and how many may be missed, where words asked for that.
    var keepAlive: (interval: Int32?, count: Int32?) = (nil, nil)

    /// virsh 9.0.0: `virshConnect`.
    private func setKeepAlive(of connection: Connection) throws(LibvirtError) {
        guard keepAlive.interval != nil || keepAlive.count != nil else {
            // The connection has tried; to tell how that went it is tried once more.
            let (interval, count) = usualKeepAlive
            if debugLevel <= DebugLevel.info.rawValue,
                attempt({ () throws(LibvirtError) in
                    try connection.setKeepAlive(interval: interval, count: UInt32(count))
                }) == nil
            {
                debug(.info, "Failed to setup keepalive on connection\n")
            }
            return
        }
        let interval = keepAlive.interval ?? usualKeepAlive.interval
        guard interval > 0 else { return }
        do throws(LibvirtError) {
            try connection.setKeepAlive(
                interval: interval, count: UInt32(keepAlive.count ?? usualKeepAlive.count))
        } catch {
            printError("Cannot setup keepalive on connection as requested, disconnecting")
            throw error
        }
    }

    /// The connection may outlive this shell, what its words asked for must not.
    private func restoreKeepAlive() {
        guard keepAlive.interval != nil || keepAlive.count != nil, let connected else { return }
        let (interval, count) = usualKeepAlive
        _ = attempt { () throws(LibvirtError) in
            try connected.setKeepAlive(interval: interval, count: UInt32(count))
        }
    }

    private var usualKeepAlive: (interval: Int32, count: Int32) { (5, 6) }

    // MARK: Output

    /// Prints text as it is.
    func print(_ text: String) { output.append(text, to: .standard) }

    enum DebugLevel: Int { case debug, info }

    /// Prints text as it is, where so much is wanted.
    func debug(_ level: DebugLevel, _ text: @autoclosure () -> String) {
        if level.rawValue >= debugLevel { print(text()) }
    }

    /// Prints a line that quiet shells leave out.
    func printExtra(_ line: String, terminator: String = "\n") {
        if !isQuiet { print(line + terminator) }
    }

    /// Prints a line `error: ...`.
    func printError(_ line: String) { output.append("error: \(line)\n", to: .error) }

    /// Prints text as it is, where errors go.
    func printRaw(toError text: String) { output.append(text, to: .error) }

    func print(_ table: Table) { print(table.text(header: !isQuiet)) }

    // MARK: Failure

    /// Runs `body`; where libvirt fails, the command does, with a line of its own before libvirt's.
    func explaining<Value>(
        _ line: @autoclosure () -> String, _ body: () throws(LibvirtError) -> Value
    ) throws(CommandFailure) -> Value {
        do throws(LibvirtError) { return try body() } catch { throw CommandFailure(line()) }
    }

    /// What `body` gives, or `nil` where libvirt fails; its error is forgotten.
    func attempt<Value>(_ body: () throws(LibvirtError) -> Value) -> Value? {
        do throws(LibvirtError) {
            return try body()
        } catch {
            LibvirtError.forgetReported()
            return nil
        }
    }

    /// What `body` gives, or `nil` where libvirt fails; its error is told if the command fails
    /// later without a new one.
    func tolerating<Value>(_ body: () throws(LibvirtError) -> Value) -> Value? {
        do throws(LibvirtError) { return try body() } catch { return nil }
    }
}
