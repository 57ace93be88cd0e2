import Synchronization

/// Rollbacks that outlive their request: they are run at the end of the session, newest first,
/// unless they are run or committed before. As all rollbacks they also run if a signal or a lost
/// client ends the process.
package final class LastingRollbacks: Sendable {
    private let kept = Mutex<[LastingRollback]>([])

    package init() {}

    /// Keeps a rollback pending when the caller's scope ends.
    @discardableResult
    package func keep(_ rollback: consuming Rollback) -> LastingRollback {
        let lasting = LastingRollback(rollback)
        keep(lasting)
        return lasting
    }

    package func keep(_ rollback: LastingRollback) { kept.withLock { $0.append(rollback) } }

    /// Drops what has been run or committed.
    package func removeEnded() { kept.withLock { $0.removeAll(where: \.hasEnded) } }

    package var isEmpty: Bool { kept.withLock { $0.allSatisfy(\.hasEnded) } }

    /// Runs all at the end of the session.
    package func runAll() {
        // Not while the list is locked: an action takes long if libvirt does not answer.
        while let last = kept.withLock({ $0.popLast() }) { last.run() }
    }
}

/// A rollback that is not bound to a scope. Releasing the last reference runs it.
package final class LastingRollback: Sendable {
    private let rollback: Mutex<Rollback?>
    private let running = Mutex(())

    package init(_ rollback: consuming Rollback) { self.rollback = Mutex(rollback) }

    var hasEnded: Bool { rollback.withLock { $0 == nil } }

    /// Runs the action now. Returns when it has ended, also if another thread runs it.
    package func run() {
        // The section first: a thread that waits must not keep others from entering it.
        CriticalSection.run { running.withLock { _ in _ = rollback.withLock { $0.take() } } }
    }

    /// Hands the step over to another process: `give` gets its record, which is `nil` if the action
    /// has run, and returns whether that process has it now. Then the action is dropped. It does
    /// not run meanwhile.
    package func handOver<Failure>(
        _ give: (JournalRecord?) throws(Failure) -> Bool
    ) throws(Failure) -> Bool {
        try CriticalSection.run { () throws(Failure) in
            try running.withLock { _ throws(Failure) in
                let isGiven = try give(record)
                if isGiven { rollback.withLock { $0.take() }?.abandon() }
                return isGiven
            }
        }
    }

    private var record: JournalRecord? {
        rollback.withLock { stored in
            guard let rollback = stored.take() else { return nil }
            let record = rollback.record
            stored = consume rollback
            return record
        }
    }

    /// The action is dropped.
    package func commit() { rollback.withLock { $0.take() }?.commit() }
}
