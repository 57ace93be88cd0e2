import Host
import Synchronization
import Testing

/// What was begun is taken back when a failure leaves its scope, and only then.
@Suite struct UndoTests {
    private final class Log: Sendable {
        private let entries = Mutex<[String]>([])
        var text: [String] { entries.withLock { $0 } }
        func note(_ entry: String) { entries.withLock { $0.append(entry) } }
    }
    private struct Failure: Error {}

    private func work(_ log: Log, fails: Bool) throws {
        let undo = Undo { log.note("undone") }
        log.note("done")
        if fails { throw Failure() }
        undo.forget()
    }

    @Test func aFailureUndoes() {
        let log = Log()
        #expect(throws: Failure.self) { try work(log, fails: true) }
        #expect(log.text == ["done", "undone"])
    }

    @Test func aSuccessDoesNot() throws {
        let log = Log()
        try work(log, fails: false)
        #expect(log.text == ["done"])
    }

    @Test func theNewestIsUndoneFirstEvenInsideOfAStep() {
        let log = Log()
        Lifeline.step {
            let first = Undo { log.note("first") }
            do {
                let second = Undo { log.note("second") }
                _ = consume second
            }
            _ = consume first
        }
        #expect(log.text == ["second", "first"])
    }
}
