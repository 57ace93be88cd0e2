import Confinement
import GuestAccess
import Libvirt
import Lifetime
package import Logging
import Policy
package import Protocol
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
    let run: @Sendable (_ words: ArraySlice<String>, Access) throws -> Void

    /// How it uses the host, as a session's commands do.
    struct Access {
        let uri: String?
        let record: SessionRecord

        /// The connection to libvirt is closed on return.
        func withHost<Value>(
            _ body: (HostConnection, any EffectGate) throws -> Value
        ) rethrows -> Value {
            let host = HostConnection(uri: uri, policy: record.policy)
            return try body(host, gate(host) ?? UnconfinedGate())
        }

        /// `nil` without a role.
        private func gate(_ host: HostConnection) -> SessionGate? {
            SessionGate(record.policy, host, ReservedDomains(record), StoredBytes())
        }

        /// Throws as soon as the guest of a connection must not be looked into any more. It does not
        /// connect to libvirt. `nil` if that is always permitted.
        func connectionCheck(_ domain: String) -> (() throws -> Void)? {
            gate(HostConnection(uri: uri, policy: record.policy)).map { gate in
                { try gate.willLookInto(domainNamed: domain) }
            }
        }
    }

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
    _ words: [String], uri: String?, record: SessionRecord, audit: AuditLog,
    output: borrowing FileDescriptor, errors: borrowing FileDescriptor, log: Logger,
    inSession: ((Session) throws -> Int32) throws -> Int32
) throws -> Int32 {
    let policy = record.policy
    // First: otherwise a file opened below could get the number of a closed stream.
    StandardStreams.openMissing()
    let name = words.first { $0 != "--json" } ?? ""
    let explained = StandaloneCommand.explained(by: words.filter { $0 != "--json" })
    let standalone = StandaloneCommand.all.first { $0.name == words.first }
    do {
        if explained == nil, let connect = try ConnectToNewGuest(words, policy) {
            return try inSession { try $0.run(connect) }
        }
        if explained == nil, standalone == nil {
            let request = try RequestFromWords(words, policy)
            return try inSession { try $0.run(request) }
        }
    } catch let error where error is UsageError || error is Denial {
        // It has not become a request of a session, which would record it.
        return try recorded(name, words, audit, errors, log) { throw error }
    }
    return try recorded(name, words, audit, errors, log) {
        if let explained {
            try check(explained, policy, changes: false)
            let text = wrapped(
                explained.summary, startingWith: "\(explained.name) \(explained.usage): ",
                indent: 4)
            try output.write(Array("\(text)Example:\n  \(explained.example)\n".utf8))
        } else if let standalone {
            try check(standalone, policy, changes: true)
            log.info("running '\(words.joined(separator: " "))'")
            if let domain = words.dropFirst().first { audit.add(.domain, domain) }
            try audit.willChange()
            try watch(record, audit)
            try record.begin()
            defer { record.end() }
            try standalone.run(
                words.dropFirst(), StandaloneCommand.Access(uri: uri, record: record))
        }
    }
}

private func check(
    _ command: StandaloneCommand, _ policy: Policy, changes: Bool
) throws(Denial) {
    let denial = policy.denial(
        ofCommand: command.name, called: command.name, changes: changes)
    if let denial { throw denial }
}

/// Ends a command without a session at the role's limit, and records that a signal ended it.
/// Without a role, a signal ends the process as any other.
private func watch(_ record: SessionRecord, _ audit: AuditLog) throws(SystemError) {
    let policy = record.policy
    guard policy.reportedRole != nil else { return }
    // The command itself notices that its output has lost its reader.
    try ClientWatch.start(
        output: FileDescriptor.open("/dev/null", 0), errors: .standardError,
        limits: SessionLimits(idle: 0, total: policy.limits?.maxSessionSeconds ?? 0)
    ) { reason in
        record.end()
        audit.end(reason)
    }
}

/// Executes what needs no session as one request of the audit log. Reports an error and returns the
/// exit status.
private func recorded(
    _ name: String, _ words: [String], _ audit: AuditLog, _ errors: borrowing FileDescriptor,
    _ log: Logger, _ body: () throws -> Void
) throws -> Int32 {
    do {
        var arguments: [UInt8] = []
        JSONValue.array(words.dropFirst().map { .string($0) }).write(to: &arguments)
        try audit.begin(name, arguments: String(decoding: arguments, as: UTF8.self))
        do { try body() } catch {
            let failure = (error as? UsageError).map { RequestError(.badRequest, $0.message) }
            try audit.finish(failure ?? RequestError(error))
            throw error
        }
        try audit.finish(nil)
        return 0
    } catch let error as UsageError {
        let usage =
            StandaloneCommand.all.first { $0.name == name }
            .map { "; usage: \($0.name) \($0.usage)" } ?? ""
        log.info("failed: \(error.message)\(usage)")
        try errors.write(Array("atex-virt-helper: \(printable(error.message + usage))\n".utf8))
        return 2
    } catch {
        let error = RequestError(error)
        log.info("failed: \(error.message)")
        try errors.write(Array(errorText(error, from: error.isPolicyDenial ? nil : name).utf8))
        return 1
    }
}
