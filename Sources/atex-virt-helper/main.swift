import ArgumentParser
import HelperSession
import Host
import Libvirt
import Logging

/// What the administrator gives on the command line.
struct Arguments: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "atex-virt-helper",
        abstract:
            "Reserve and manage libvirt domains for clients that send one JSON line a request.",
        version: helperVersion)

    enum LogLevel: String, ExpressibleByArgument, CaseIterable {
        case debug, info, warning, error
    }

    @Option(name: [.long, .customShort("L")], help: "Write to syslog from this level on.")
    var log: LogLevel?

    @Argument(help: "The libvirt URI to connect to, e.g. qemu:///system.")
    var uri: String?

    @Argument(
        parsing: .captureForPassthrough,
        help: "A command for a person, e.g. 'help'; without one, JSON lines are read.")
    var words: [String] = []

    /// The command line; a mistake in it ends the process with status 2.
    static func read() -> Given {
        // Most connections come with a URI or nothing: the parser would take a tenth of the time
        // that the whole start does.
        var words = Array(CommandLine.arguments.dropFirst())
        if words.count <= 1, words.first?.hasPrefix("-") != true {
            return Given(uri: words.first).withoutURIThatIsCommand()
        }
        do {
            let given = try Given(parse(words)).withoutURIThatIsCommand()
            guard given.uri != nil, let word = given.words.first, word.hasPrefix("-"),
                word != "--json"
            else { return given }
            // Options stand behind the URI, too; the next of the others begins the command.
            words.remove(at: words.count - given.words.count - 1)
            let rest = try Given(parse(words))
            return Given(
                log: rest.log, uri: given.uri, words: [rest.uri].compactMap { $0 } + rest.words)
        } catch {
            let isHelp = exitCode(for: error).isSuccess
            tell(isHelp ? .standardOutput : .standardError, fullMessage(for: error) + "\n")
            ProcessInformation.end(isHelp ? 0 : 2)
        }
    }
}

/// What the command line says.
struct Given {
    var log: Arguments.LogLevel?
    var uri: String?
    var words: [String] = []

    init(log: Arguments.LogLevel? = nil, uri: String?, words: [String] = []) {
        self.log = log
        self.uri = uri
        self.words = words
    }

    init(_ arguments: Arguments) {
        self.init(log: arguments.log, uri: arguments.uri, words: arguments.words)
    }

    /// As a person means it who leaves the URI out: `atex-virt-helper help`. A URI has a colon, and
    /// an alias of one in libvirt's configuration will hardly be called like a command.
    func withoutURIThatIsCommand() -> Given {
        guard let uri, !uri.utf8.contains(UInt8(ascii: ":")), PersonCommand.isCommand(uri) else {
            return self
        }
        return Given(log: log, uri: nil, words: [uri] + words)
    }

    /// The words of a command that is no session; those of the administrator come before those of
    /// the client.
    var command: [String]? {
        if !words.isEmpty { return words }
        guard let original = OriginalCommand(), !original.isHelper else { return nil }
        return original.words
    }
}

/// Text for whoever started us.
func tell(_ stream: Descriptor, _ text: String) {
    do throws(SystemError) { try stream.write(Array(text.utf8)) } catch {
        // There is nobody left to tell.
    }
}

/// What one client wants, be it a session of lines or one command in words; the status to exit
/// with.
func serve(_ arguments: Given) throws -> Int32 {
    let client = Client()
    let log = logger(arguments.log, client)
    LibvirtError.silenceLibrary()
    guard let words = arguments.command else {
        if Descriptor.standardInput.isTerminal, Descriptor.standardError.isTerminal {
            tell(
                .standardError,
                "atex-virt-helper: reading one JSON line a request; for people there is "
                    + "'atex-virt-helper help'\n")
        }
        return try inSession(arguments.uri, client, log) { session in
            try session.run()
            return 0
        }
    }
    return try PersonCommand.carryOut(
        words, uri: arguments.uri, output: .standardOutput, errors: .standardError, log: log
    ) { try inSession(arguments.uri, client, log, $0) }
}

/// Makes what a session has of its own, and takes it away again.
func inSession(
    _ uri: String?, _ client: Client, _ log: Logger, _ body: (Session) throws -> Int32
) throws -> Int32 {
    let state = StateDirectory.standard
    do throws(SystemError) { try state.make() } catch {
        let message = "cannot make the state directory '\(state.path)': \(error.message)"
        log.error("\(message)")
        tell(.standardError, "atex-virt-helper: \(message)\n")
        return 1
    }
    let directory = try SessionDirectory()
    defer { directory.remove() }
    try Directory.enter(directory.path)
    let streams = try Descriptor.takeStandard()
    try Lifeline.attach(output: streams.output.number, errors: streams.errors.number) {
        directory.remove()
    }
    let session = Session(
        wire: Wire(input: streams.input, output: streams.output, errors: streams.errors),
        host: HostConnection(uri: uri), state: state, client: client, log: log)
    return try body(session)
}

/// Writes to the system's log, or nowhere.
func logger(_ level: Arguments.LogLevel?, _ client: Client) -> Logger {
    guard let level else {
        return Logger(label: "session") { _ in SwiftLogNoOpLogHandler() }
    }
    SyslogHandler.open(tag: ProcessInformation.programName)
    let levels: [Arguments.LogLevel: Logger.Level] = [
        .debug: .debug, .info: .info, .warning: .warning, .error: .error,
    ]
    return Logger(label: "session") { label in
        SyslogHandler(label: label, level: levels[level] ?? .info) { client.logSuffix }
    }
}

let arguments = Arguments.read()
do {
    ProcessInformation.end(try serve(arguments))
} catch {
    // Nobody reads any more, or the session could not begin.
    tell(.standardError, "atex-virt-helper: \(Refusal(error).message)\n")
    ProcessInformation.end(1)
}
