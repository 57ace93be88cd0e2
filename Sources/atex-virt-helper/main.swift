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
            "Reserve and manage libvirt domains for clients that send one JSON line a request.")

    enum LogLevel: String, ExpressibleByArgument, CaseIterable {
        case debug, info, warning, error
    }

    @Option(name: [.long, .customShort("L")], help: "Write to syslog from this level on.")
    var log: LogLevel?

    @Argument(help: "The libvirt URI to connect to, e.g. qemu:///system.")
    var uri: String?

    /// The command line; a mistake in it ends the process with status 2.
    static func read() -> (log: LogLevel?, uri: String?) {
        // Most connections come with a URI or nothing: the parser would take a tenth of the time
        // that the whole start does.
        let words = CommandLine.arguments.dropFirst()
        if words.count <= 1, words.first?.hasPrefix("-") != true { return (nil, words.first) }
        do {
            let arguments = try parse()
            return (arguments.log, arguments.uri)
        } catch {
            let isHelp = exitCode(for: error).isSuccess
            tell(isHelp ? .standardOutput : .standardError, fullMessage(for: error) + "\n")
            ProcessInformation.end(isHelp ? 0 : 2)
        }
    }
}

/// Text for whoever started us.
func tell(_ stream: Descriptor, _ text: String) {
    do throws(SystemError) { try stream.write(Array(text.utf8)) } catch {
        // There is nobody left to tell.
    }
}

/// The client's session, from the first line to the last; the status to exit with.
func serve(_ arguments: (log: Arguments.LogLevel?, uri: String?)) throws -> Int32 {
    if let command = OriginalCommand(), !command.isHelper {
        tell(
            .standardError,
            "atex-virt-helper: '\(command.text)' cannot be run here: connect without a command, or "
                + "with 'atex-virt-helper', and send one JSON line a request\n")
        return 2
    }
    let client = Client()
    let log = logger(arguments.log, client)
    let state = StateDirectory.standard
    do throws(SystemError) { try state.make() } catch {
        let message = "cannot make the state directory '\(state.path)': \(error.message)"
        log.error("\(message)")
        tell(.standardError, "atex-virt-helper: \(message)\n")
        return 1
    }
    let directory = try Directory.makeTemporary(prefix: "/var/tmp/atex-virt-helper-")
    defer { Directory.removeTree(directory) }
    try Directory.enter(directory)
    let streams = try Descriptor.takeStandard()
    try Lifeline.attach(output: streams.output.number, errors: streams.errors.number) {
        Directory.removeTree(directory)
    }
    LibvirtError.silenceLibrary()
    let session = Session(
        wire: Wire(input: streams.input, output: streams.output, errors: streams.errors),
        host: HostConnection(uri: arguments.uri), state: state, client: client, log: log)
    try session.run()
    return 0
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
