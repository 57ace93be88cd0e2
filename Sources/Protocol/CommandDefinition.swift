/// One command of the protocol, as the dispatcher sees it. `Context` is what the command works on.
package protocol CommandDefinition<Context>: Sendable {
    associatedtype Context

    var name: String { get }
    /// Older names that stay valid.
    var aliases: [String] { get }
    /// Whether clients of the original helper send it. They compare whole replies, so a failure
    /// must not have members that the original's does not have.
    var isOriginal: Bool { get }
    var effect: CommandEffect { get }
    /// Whether bytes follow its reply on the wire. Those after a request are a parameter.
    var sendsBytes: Bool { get }

    /// The parameters, and the function that executes a request.
    func declared() -> (
        parameters: Parameters, run: @Sendable (Context, Request) throws -> Reply.Results
    )
}

/// What a command does, for roles that are read-only and for the audit log.
package enum CommandEffect: Sendable {
    case reads
    /// It writes, locks, uploads, or sends input to a guest.
    case changes
    /// The words of another program decide, which are checked when they have been parsed: the
    /// command itself calls `AuditLog.willChange`.
    case dependsOnWords
}

extension Sequence where Element: CommandDefinition {
    /// The command of a name, older names included.
    package func named(_ name: String) -> Element? {
        first { $0.name == name || $0.aliases.contains(name) }
    }
}
