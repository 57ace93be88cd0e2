import GuestAccess
import Libvirt
package import Logging
import Protocol
package import System
import Text

/// A command in words that is not a command of the protocol, and needs no session.
package struct StandaloneCommand: Sendable {
    package let name: String
    /// The words after the name, e.g. `DOMAIN [PORT]`.
    package let usage: String
    /// One line for people.
    let summary: String
    /// What a person types to use it.
    let example: String
    let run: @Sendable (_ words: ArraySlice<String>, _ uri: String?) throws -> Void

    package static let all: [StandaloneCommand] = [.connect]

    /// The command whose help is requested: `help connect`, `connect --help`.
    static func explained(by words: [String]) -> StandaloneCommand? {
        guard words.count == 2 else { return nil }
        let name = words[0] == "help" ? words[1] : isHelpOption(words[1]) ? words[0] : nil
        return all.first { $0.name == name }
    }
}

/// Words that are not a valid command, and what would be valid.
struct UsageError: Error {
    let message: String
}

/// Whether a word asks for help.
func isHelpOption(_ word: String) -> Bool { word == "--help" || word == "-h" }

/// Whether a word is the name of a command.
package func isCommandName(_ word: String) -> Bool {
    StandaloneCommand.all.contains { $0.name == word } || SessionCommand.all.named(word) != nil
}

/// Runs a command in words and returns the exit status: 0, 1 if it failed, or 2 if the words are
/// wrong. Errors are written to `errors`. `inSession` creates a session for a command that needs
/// one.
package func runCommand(
    _ words: [String], uri: String?, output: borrowing FileDescriptor,
    errors: borrowing FileDescriptor, log: Logger,
    inSession: ((Session) throws -> Int32) throws -> Int32
) throws -> Int32 {
    // First: otherwise a file opened below could get the number of a closed stream.
    StandardStreams.openMissing()
    if let command = StandaloneCommand.explained(by: words.filter { $0 != "--json" }) {
        let text = wrapped(
            command.summary, startingWith: "\(command.name) \(command.usage): ", indent: 4)
        try output.write(Array("\(text)Example:\n  \(command.example)\n".utf8))
        return 0
    }
    guard let command = StandaloneCommand.all.first(where: { $0.name == words.first }) else {
        let request: RequestFromWords
        do { request = try RequestFromWords(words) } catch let error as UsageError {
            return try reportUsage(error.message, to: errors, log)
        }
        return try inSession { try $0.run(request) }
    }
    log.info("running '\(words.joined(separator: " "))'")
    do {
        try command.run(words.dropFirst(), uri)
        return 0
    } catch let error as UsageError {
        let usage = "\(error.message); usage: \(command.name) \(command.usage)"
        return try reportUsage(usage, to: errors, log)
    } catch {
        let error = RequestError(error)
        log.info("failed: \(error.message)")
        try errors.write(Array(errorText(error, from: command.name).utf8))
        return 1
    }
}

private func reportUsage(
    _ message: String, to errors: borrowing FileDescriptor, _ log: Logger
) throws(SystemError) -> Int32 {
    log.info("failed: \(message)")
    try errors.write(Array("atex-virt-helper: \(printable(message))\n".utf8))
    return 2
}
