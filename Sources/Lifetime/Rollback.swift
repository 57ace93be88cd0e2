import Synchronization

/// Rolls back on scope exit unless `commit()` was called, and also if a signal or a lost client
/// ends the process in between. Create it before the step that it rolls back: the action must cope
/// with a step that has not begun.
///
/// Actions run inside a `CriticalSection`, on the thread that leaves the scope or on the thread
/// that ends the process, and exactly once.
package struct Rollback: ~Copyable {
    private let id: UInt64

    package init(_ action: @escaping @Sendable () -> Void) {
        id = CriticalSection.run {
            Self.pending.withLock { pending in
                pending.lastID += 1
                pending.actions.append((pending.lastID, action))
                return pending.lastID
            }
        }
    }

    deinit {
        let id = self.id
        // Blocks forever if the process is ending; then the other thread runs the action.
        CriticalSection.run { Self.removeAction(id)?() }
    }

    /// The operation succeeded: the action is dropped.
    package consuming func commit() {
        let id = self.id
        // Otherwise deinit would run the action.
        discard self
        CriticalSection.run { _ = Self.removeAction(id) }
    }

    /// Runs all pending actions, newest first, once the current critical section has ended.
    /// No other section begins afterwards; the caller must end the process.
    static func runAllForExit() {
        CriticalSection.enterForever()
        // One at a time, without holding the mutex: an action may end the scope of another
        // rollback.
        while let id = pending.withLock({ $0.actions.last?.id }) { removeAction(id)?() }
    }

    /// Removing before running makes sure that an action runs only once.
    private static func removeAction(_ id: UInt64) -> (@Sendable () -> Void)? {
        pending.withLock { pending in
            guard let index = pending.actions.firstIndex(where: { $0.id == id }) else {
                return nil
            }
            return pending.actions.remove(at: index).action
        }
    }

    private struct Pending {
        var lastID: UInt64 = 0
        var actions: [(id: UInt64, action: @Sendable () -> Void)] = []
    }

    // Lock order: CriticalSection before this one; no action runs while this one is held.
    private static let pending = Mutex(Pending())
}
