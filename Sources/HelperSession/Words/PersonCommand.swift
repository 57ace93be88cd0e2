package import Host
package import Logging

/// A command for a person, called by words: behind ssh, or on the command line.
package struct PersonCommand: Sendable {
    package let name: String
    /// The words that follow its own, e.g. `DOMAIN [PORT]`.
    package let usage: String
    /// What it does, in a line.
    let summary: String
    let run: @Sendable (_ words: ArraySlice<String>, _ uri: String?) throws -> Void

    /// All of them.
    package static let all: [PersonCommand] = [.connect]

    /// Whether a word begins a command: of these, or of the protocol's.
    package static func isCommand(_ word: String) -> Bool {
        all.contains { $0.name == word } || SessionCommand.named(word) != nil
    }

    /// Does what some words say; the status to exit with: 0, 1 where it failed, or 2 where the
    /// words are wrong. What is wrong is written to `errors`. A protocol command is carried out in
    /// a session, which `inSession` makes.
    package static func carryOut(
        _ words: [String], uri: String?, output: Descriptor, errors: Descriptor, log: Logger,
        inSession: ((Session) throws -> Int32) throws -> Int32
    ) throws -> Int32 {
        Relay.completeStandardStreams()
        func fail(_ message: String, _ status: Int32) throws(SystemError) -> Int32 {
            log.info("failed: \(message)")
            try errors.write(Array("atex-virt-helper: \(printable(message))\n".utf8))
            return status
        }
        if let command = explained(by: words) {
            let text = "\(command.name) \(command.usage): \(command.summary)\n"
            try output.write(Array(text.utf8))
            return 0
        }
        guard let command = all.first(where: { $0.name == words.first }) else {
            let request: SpokenRequest
            do { request = try SpokenRequest(words) } catch let error as UsageError {
                return try fail(error.message, 2)
            }
            return try inSession { try $0.carryOut(request) }
        }
        log.info("running '\(words.joined(separator: " "))'")
        do {
            try command.run(words.dropFirst(), uri)
            return 0
        } catch let error as UsageError {
            return try fail("\(error.message); usage: \(command.name) \(command.usage)", 2)
        } catch {
            let failure = Refusal(error)
            log.info("failed: \(failure.message)")
            try errors.write(Array(told(failure, by: command.name).utf8))
            return 1
        }
    }
}

/// The command whose help some words ask for: `help connect`, `connect --help`.
private func explained(by words: [String]) -> PersonCommand? {
    guard words.count == 2 else { return nil }
    let name = words[0] == "help" ? words[1] : isHelpOption(words[1]) ? words[0] : nil
    return PersonCommand.all.first { $0.name == name }
}

/// Whether a word asks for help, as people try.
func isHelpOption(_ word: String) -> Bool { word == "--help" || word == "-h" }

/// Words that are wrong, and what would be right.
struct UsageError: Error {
    let message: String
}
