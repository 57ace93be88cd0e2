package import Host
package import Logging

/// A command for a person, called by words: behind ssh, or on the command line.
package struct PersonCommand: Sendable {
    package let name: String
    /// The words that follow its own, e.g. `DOMAIN [PORT]`.
    package let usage: String
    let run: @Sendable (_ words: ArraySlice<String>, _ uri: String?) throws -> Void

    /// All of them.
    package static let all: [PersonCommand] = [.connect]

    /// Words that are wrong, and what would be right.
    struct UsageError: Error {
        let message: String
    }

    /// Does what some words say; the status to exit with: 0, 1 where it failed, or 2 where the
    /// words are wrong. What is wrong is written to `errors`.
    package static func carryOut(
        _ words: [String], uri: String?, errors: Descriptor, log: Logger
    ) throws(SystemError) -> Int32 {
        func fail(_ message: String, _ status: Int32) throws(SystemError) -> Int32 {
            log.info("failed: \(message)")
            try errors.write(Array("atex-virt-helper: \(message)\n".utf8))
            return status
        }
        let text = words.joined(separator: " ")
        guard let name = words.first, let command = all.first(where: { $0.name == name }) else {
            return try fail(
                "'\(text)' cannot be run here: there is "
                    + all.map { "'\($0.name) \($0.usage)'" }.joined(separator: ", ")
                    + "; without a command, or with 'atex-virt-helper', the helper takes one "
                    + "JSON line a request", 2)
        }
        log.info("running '\(text)'")
        do {
            try command.run(words.dropFirst(), uri)
            return 0
        } catch let error as UsageError {
            return try fail("\(error.message); usage: \(name) \(command.usage)", 2)
        } catch {
            return try fail("\(name): \(Refusal(error).message)", 1)
        }
    }
}
