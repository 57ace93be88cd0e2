import Synchronization
package import System

/// Rolls back on scope exit unless `commit()` was called, and also if a signal or a lost client
/// ends the process in between. Create it before the step that it rolls back: the action must cope
/// with a step that has not begun.
///
/// With `of:` it also records the step in the journal, so that another process undoes it if this
/// one is killed, or if the action throws.
///
/// Actions run inside a `CriticalSection`, on the thread that leaves the scope or on the thread
/// that ends the process, and exactly once. A cancellation does not end what they wait for.
package struct Rollback: ~Copyable, Sendable {
    private let id: UInt64

    /// For a step whose result does not outlive the process.
    package init(_ action: @escaping @Sendable () -> Void) { id = Self.add(nil, action) }

    /// For a step whose result, `begun`, outlives the process; `nil` means that it does not. Throws
    /// if the record cannot be written. `durably`: the record survives a power failure, because the
    /// result does.
    package init(
        of begun: Begun?, durably: Bool, _ action: @escaping @Sendable () throws -> Void
    ) throws(SystemError) {
        let entry = JournalEntry(isDurable: durably)
        // One section: a process that ends after the record was made runs the action too.
        id = try CriticalSection.run { () throws(SystemError) in
            if let begun { try entry.note(begun) }
            return Self.add(entry, action)
        }
    }

    /// The same, for an entry that is also written elsewhere.
    package init(recording entry: JournalEntry, _ action: @escaping @Sendable () throws -> Void) {
        id = Self.add(entry, action)
    }

    private static func add(
        _ entry: JournalEntry?, _ action: @escaping @Sendable () throws -> Void
    ) -> UInt64 {
        CriticalSection.run {
            pending.withLock { pending in
                pending.lastID += 1
                pending.steps.append(Step(id: pending.lastID, entry: entry, action: action))
                return pending.lastID
            }
        }
    }

    deinit {
        let id = self.id
        // Blocks forever if the process is ending; then the other thread runs the action.
        CriticalSection.run {
            guard let step = Self.remove(id) else { return }
            Cancellation.ignored { step.undo() }
        }
    }

    /// The operation succeeded: the action is dropped.
    package consuming func commit() {
        let id = self.id
        // Otherwise deinit would run the action.
        discard self
        CriticalSection.run { Self.remove(id)?.entry?.remove() }
    }

    /// Another process undoes the step, and has the record: the action is dropped.
    package consuming func abandon() {
        let id = self.id
        discard self
        CriticalSection.run { Self.remove(id)?.entry?.forget() }
    }

    /// The record of the step; `nil` if it has none.
    package var record: JournalRecord? {
        Self.pending.withLock { pending in pending.steps.first { $0.id == id }?.entry?.record }
    }

    /// Runs all pending actions, newest first, once the current critical sections have ended.
    /// No other section begins afterwards; the caller must end the process.
    static func runAllForExit() {
        CriticalSection.enterForever()
        // One at a time, without holding the mutex: an action may end the scope of another
        // rollback.
        while let id = pending.withLock({ $0.steps.last?.id }) { remove(id)?.undo() }
    }

    /// Removing before running makes sure that an action runs only once; `nil` if it has run.
    private static func remove(_ id: UInt64) -> Step? {
        pending.withLock { pending in
            guard let index = pending.steps.firstIndex(where: { $0.id == id }) else { return nil }
            return pending.steps.remove(at: index)
        }
    }

    private struct Step {
        let id: UInt64
        /// `nil` for a step whose result does not outlive the process.
        let entry: JournalEntry?
        let action: @Sendable () throws -> Void

        func undo() {
            do {
                try action()
                entry?.remove()
            } catch {
                // Not reported: the client gets the error that caused the rollback.
                entry?.leave()
            }
        }
    }

    private struct Pending {
        var lastID: UInt64 = 0
        var steps: [Step] = []
    }

    // Lock order: CriticalSection before this one; no action runs while this one is held.
    private static let pending = Mutex(Pending())
}
