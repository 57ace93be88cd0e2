import Host
package import Libvirt

/// Runs virsh's commands against one host, as `virsh -q` would, and keeps what they print.
/// It belongs to one thread.
package final class Shell {
    package private(set) var output = Output()

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
        let parser = words.count == 1 ? Parser(string: words[0]) : Parser(words: words)
        var isSuccess = true
        for call in try parser.calls() {
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
        do {
            if call.command.needsConnection { _ = try connection }
            try call.body(self, call.given)
            return true
        } catch let failure as CommandFailure {
            for line in failure.lines { printError(line) }
            failed(LibvirtError.reported)
        } catch let error as LibvirtError {
            failed(LibvirtError.reported ?? error)
        } catch {
            printError("\(error)")
            failed(LibvirtError.reported)
        }
        return false
    }

    private func failed(_ error: LibvirtError?) {
        if let error, error.code != .ok || !error.message.isEmpty { printError(error.message) }
        lastError = error
        LibvirtError.forgetReported()
    }

    /// What libvirt said when the last command failed.
    package private(set) var lastError: LibvirtError?

    // MARK: Connection

    /// The connection to the host, made when it is first asked for.
    var connection: Connection {
        get throws(CommandFailure) {
            if let connected { return connected }
            do throws(LibvirtError) {
                let made = try connect(uri, isReadOnly)
                connected = made
                return made
            } catch {
                throw CommandFailure("failed to connect to the hypervisor")
            }
        }
    }

    /// Leaves the host for another one. virsh: `connect`.
    func reconnect(to uri: String?, readOnly: Bool) throws(CommandFailure) {
        connected = nil
        self.uri = uri
        isReadOnly = readOnly
        _ = try connection
    }

    // MARK: Output

    /// Prints text as it is.
    func print(_ text: String) { output.append(text, to: .standard) }

    /// Prints a line that quiet shells leave out.
    func printExtra(_ line: String) {
        if !isQuiet { print(line + "\n") }
    }

    /// Prints a line `error: ...`.
    func printError(_ line: String) { output.append("error: \(line)\n", to: .error) }

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
}
