import Logging
import Policy
import Protocol
import TestSupport
import Text
import Wire

/// What a command works on in these tests.
final class Context {
    let wire: Wire
    /// What the commands noted, in order.
    var notes: [String] = []

    init(_ wire: Wire) { self.wire = wire }
}

/// A command that a test defines.
struct TestCommand: CommandDefinition {
    typealias Run = @Sendable (Context, Request) throws -> Reply.Results

    let name: String
    let aliases: [String]
    let isOriginal: Bool
    let effect: CommandEffect
    let sendsBytes = false
    private let declare: @Sendable (inout Parameters) -> Run

    init(
        _ name: String, aliases: [String] = [], isOriginal: Bool = false,
        effect: CommandEffect = .reads, _ declare: @escaping @Sendable (inout Parameters) -> Run
    ) {
        self.name = name
        self.aliases = aliases
        self.isOriginal = isOriginal
        self.effect = effect
        self.declare = declare
    }

    func declared() -> (parameters: Parameters, run: Run) {
        var parameters = Parameters()
        let run = declare(&parameters)
        return (parameters, run)
    }
}

/// The lines that a client receives for its input, and what the commands noted.
func answers(
    to input: String, _ commands: [TestCommand], _ check: (Context) throws -> Void = { _ in }
) throws -> [String] {
    try inTemporaryDirectory { directory in
        let client = try TestClient(sends: input, in: directory)
        let context = Context(client.wire)
        try Dispatcher(commands, client.wire, .silent, .unconfined, .none).answerAll(context)
        try check(context)
        return try client.output().split(separator: "\n").map(String.init)
    }
}

extension Logger {
    /// Without output.
    static var silent: Logger { Logger(label: "test") { _ in SwiftLogNoOpLogHandler() } }
}
