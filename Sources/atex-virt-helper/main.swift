import HelperSession
import Libvirt
import Lifetime
import Logging
import Protocol
import System
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
                "atex-virt-helper: \(message)\n\(Arguments.usage)\n", to: .standardError)
            ProcessInformation.end(2)
        }
    }
}

/// The words of a command: the administrator's, or else the ssh client's. `nil` if the line
/// protocol is to be spoken.
func commandWords(_ arguments: Arguments) -> [String]? {
    if !arguments.words.isEmpty { return arguments.words }
    return OriginalCommand()?.commandWords
}

/// Serves one client, in the line protocol or with one command in words. Returns the exit status.
func serve(_ arguments: Arguments) throws -> Int32 {
    let client = Client()
    let log = logger(arguments.logLevel, client)
    LibvirtError.silenceLibrary()
    guard let words = commandWords(arguments) else {
        if FileDescriptor.standardInput.isTerminal, FileDescriptor.standardError.isTerminal {
            printText(
                "atex-virt-helper: reading one JSON line a request; for people there is "
                    + "'atex-virt-helper help'\n", to: .standardError)
        }
        return try inSession(arguments.uri, client, log) { session in
            try session.run()
            return 0
        }
    }
    return try runCommand(
        words, uri: arguments.uri, output: .standardOutput, errors: .standardError, log: log
    ) { try inSession(arguments.uri, client, log, $0) }
}

/// Creates a session with its directory, and removes the directory afterwards.
func inSession(
    _ uri: String?, _ client: Client, _ log: Logger, _ body: (Session) throws -> Int32
) throws -> Int32 {
    let state = StateDirectory.standard
    do throws(SystemError) { try state.make() } catch {
        let message = "cannot make the state directory '\(state.path)': \(error.message)"
        log.error("\(message)")
        printText("atex-virt-helper: \(message)\n", to: .standardError)
        return 1
    }
    let directory = try SessionDirectory()
    defer { directory.remove() }
    try Directory.enter(directory.path)
    let streams = try StandardStreams.moved()
    // Before libvirt is used: it creates threads, which must inherit the signal mask.
    try ClientWatch.start(output: streams.output, errors: streams.errors) {
        directory.remove()
    }
    let session = Session(
        wire: Wire(streams), host: HostConnection(uri: uri), state: state, client: client, log: log)
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

let arguments = readArguments()
do {
    ProcessInformation.end(try serve(arguments))
} catch {
    // The client does not read any more, or the session could not begin.
    printText("atex-virt-helper: \(RequestError(error).message)\n", to: .standardError)
    ProcessInformation.end(1)
}
