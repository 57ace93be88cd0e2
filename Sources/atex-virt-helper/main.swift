import ArgumentParser
import HelperSession
import Host
import Libvirt
import Logging

/// What the administrator gives on the command line.
struct Arguments: ParsableArguments {
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
    static func read() -> Arguments {
        do {
            return try parse()
        } catch {
            let status: Int32 = exitCode(for: error).isSuccess ? 0 : 2
            let text = fullMessage(for: error) + "\n"
            if status == 0 { print(text, terminator: "") } else { complain(text) }
            ProcessInformation.end(status)
        }
    }
}

/// Text for whoever started us.
func complain(_ text: String) {
    do throws(SystemError) { try Descriptor.standardError.write(Array(text.utf8)) } catch {
        // There is nobody left to tell.
    }
}

/// The client's session, from the first line to the last; the status to exit with.
func serve(_ arguments: Arguments) throws -> Int32 {
    let client = Client()
    let log = logger(arguments.log, client)
    let state = StateDirectory.standard
    do throws(SystemError) { try state.make() } catch {
        let message = "cannot make the state directory '\(state.path)': \(error.message)"
        log.error("\(message)")
        complain("atex-virt-helper: \(message)\n")
        return 1
    }
    let directory = try Directory.makeTemporary(prefix: "/var/tmp/atex-virt-helper-")
    try Directory.enter(directory)
    let streams = try Descriptor.takeStandard()
    try Lifeline.attach(output: streams.output.number, errors: streams.errors.number) {
        Directory.removeTree(directory)
    }
    defer { Directory.removeTree(directory) }
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
    complain("atex-virt-helper: \(Refusal(error).message)\n")
    ProcessInformation.end(1)
}
