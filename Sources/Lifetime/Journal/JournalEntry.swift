import Synchronization
package import System

/// The record of one step, if the process has a journal. A `Rollback` may end it on another thread.
package final class JournalEntry: Sendable {
    private let journal: Journal?
    private let isDurable: Bool
    private let state = Mutex(State())

    private struct State {
        /// `nil` until a record is written.
        var record: JournalRecord?
        var hasEnded = false
    }

    /// `isDurable`: the record survives a power failure, because the result of the step does. `nil`
    /// as `journal` records nothing.
    package init(_ journal: Journal? = .current, isDurable: Bool) {
        self.journal = journal
        self.isDurable = isDurable
    }

    /// For a step that another session has begun, whose record this process has taken over.
    package init(adopting record: JournalRecord, isDurable: Bool) {
        journal = nil
        self.isDurable = isDurable
        state.withLock { $0.record = record }
    }

    /// `nil` if none is written, or after the end of the step.
    var record: JournalRecord? { state.withLock { $0.record } }

    /// Another process has taken the record over, and has its file open.
    func forget() { end()?.release() }

    /// Records the step before it begins, or later what else is known of it.
    package func note(_ begun: Begun) throws(SystemError) {
        try state.withLock { (state) throws(SystemError) in
            guard !state.hasEnded else { return }
            if let record = state.record { return try record.note(begun) }
            state.record = try journal?.write(begun, durably: isDurable)
        }
    }

    /// The step is done or undone.
    package func remove() { end()?.remove() }

    /// The step could not be undone: a background process retries.
    package func leave() {
        guard let record = end() else { return }
        record.release()
        BackgroundCleanUp.start()
    }

    private func end() -> JournalRecord? {
        state.withLock { state in
            state.hasEnded = true
            defer { state.record = nil }
            return state.record
        }
    }
}
