import Lifetime
import Logging
import Policy
import Protocol
import Synchronization
import System
import Text
import Wire

// What others remove from the state directory.

extension SessionRecord {
    /// Repairs what others remove from the state directory as soon as that happens, and not only
    /// before the next reservation. The process must handle `RemovalAlarm.signal` by a call of
    /// `lookAfterAlarm`. `tell` must not block.
    package func beginGuarding(_ tell: @escaping @Sendable (String) -> Void) {
        shared.withLock { shared in
            shared.tell = tell
            if shared.file != nil { setAlarms(&shared) }
        }
    }

    /// A part of `lookAfterAlarm`.
    func repairAfterAlarm() {
        shared.withLock { shared in
            guard !shared.hasEnded else { return }
            _ = repair(&shared)
            // The directories may be new ones.
            setAlarms(&shared)
        }
    }

    /// If lock files of held domains were removed or replaced, e.g. with their directory, locks
    /// those that are there now, so that the Python helper sees the locks too; and writes the
    /// session's own file again if it is missing.
    func repair() {
        shared.withLock { shared in
            guard !shared.hasEnded, !shared.held.isEmpty, repair(&shared) else { return }
            setAlarms(&shared)
        }
    }

    /// Returns whether there was something to repair.
    private func repair(_ shared: inout Shared) -> Bool {
        var locked: [String] = []
        // If only `locks` is missing, no file in it can be locked, and its creation causes an
        // alarm.
        do throws(SystemError) { if !pathExists(state.path) { try state.make() } } catch {
            log.error("cannot make '\(state.path)' again: \(error.message)")
        }
        let path = state.session(ProcessInformation.id)
        var isFileLost = false
        if let file = shared.file { isFileLost = !file.lock.isAt(path) }
        // First, because without a lock file only this one tells others of the domains.
        if isFileLost { writeIfPossible(&shared) }
        guard pathExists(state.locks) else { return isFileLost }
        for (index, domain) in shared.held.enumerated() {
            guard let path = state.lock(of: domain.name), !domain.lock.lock.isAt(path) else {
                continue
            }
            do throws(SystemError) {
                guard let lock = try RecordLock.acquire(path) else {
                    reportDispute(domain.name, path, &shared)
                    continue
                }
                shared.held[index].lock = LockedFile(lock)
                locked.append("'\(domain.name)'")
            } catch {
                log.error("cannot lock '\(path)' again: \(error.message)")
            }
        }
        guard !locked.isEmpty else { return isFileLost }
        let names = locked.joined(separator: ", ")
        report(
            "lock files in '\(state.locks)' were removed or replaced while this session held them; "
                + "locked again: \(names)", shared)
        return true
    }

    private func reportDispute(_ domain: String, _ path: String, _ shared: inout Shared) {
        guard shared.disputed.insert(Array(domain.utf8)).inserted else { return }
        report(
            "the lock file of domain '\(domain)' was removed or replaced while this session held "
                + "it, and another process has locked '\(path)': both use the domain", shared)
    }

    /// Tells the user of something that no request has caused.
    func tell(_ message: String) { shared.withLock { $0.tell }?(message) }

    private func report(_ message: String, _ shared: borrowing Shared) {
        log.error("\(message)")
        shared.tell?(message)
    }

    func setAlarms(_ shared: inout Shared) {
        guard shared.tell != nil else { return }
        shared.alarms = []
        do throws(SystemError) {
            shared.alarms.append(try RemovalAlarm(state.path, creations: true))
            shared.alarms.append(try RemovalAlarm(state.locks))
        } catch {
            // If `locks` is missing, its creation will be reported. Otherwise the next reservation
            // repairs what was removed until then.
            log.debug("cannot watch '\(state.path)': \(error.message)")
        }
    }
}
