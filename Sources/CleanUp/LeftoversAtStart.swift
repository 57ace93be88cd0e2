import Lifetime
package import Logging
import Synchronization
package import System

/// How long after its start a session waits for what needs libvirt.
private let timeLimit = Duration.seconds(3)

/// The process in the background that undoes what needs libvirt. Any thread may wait for it.
package final class StartedCleanUp: Sendable {
    /// It writes here when it has tried everything once; `nil` after `wait`.
    private let output: Mutex<FileDescriptor?>
    private let deadline = ContinuousClock.now + timeLimit

    fileprivate init(_ output: consuming FileDescriptor) { self.output = Mutex(consume output) }

    /// Waits until everything has been tried, at most until 3 s after the start. For the first
    /// request that may see what is undone.
    package func wait() {
        output.withLock { stored in
            guard let output = stored.take() else { return }
            do throws(SystemError) { _ = try output.waitForInput(until: deadline) } catch {
                // The clean-up goes on; the session only does not wait for it.
            }
        }
    }
}

/// Undoes the unfinished steps of ended sessions, before a session begins. What needs libvirt is
/// left to a background process, which is returned: libvirt may not answer, and need not be loaded
/// here.
package func undoLeftovers(of state: StateDirectory, _ log: Logger) -> StartedCleanUp? {
    let leftovers: [Journal.Leftover]
    do throws(SystemError) { leftovers = try Journal(state).leftovers() } catch {
        log.error("cannot read the journal '\(state.journal)': \(error.message)")
        return nil
    }
    var needsLibvirt = false
    for leftover in leftovers {
        do {
            switch try leftover.begun.get() {
            case .temporaryName(let name):
                if try name.remove() { logUndone("removed \(Begun.temporaryName(name).text)") }
                leftover.record?.remove()
            case .clone(let clone) where clone.hasLostDomain:
                if try clone.removeFiles() { logUndone("removed \(Begun.clone(clone).text)") }
                leftover.record?.remove()
            case .volume, .temporaryVolume, .guest, .clone: needsLibvirt = true
            }
        } catch let damage as RecordDamage {
            log.error("record '\(leftover.path)' is damaged: \(damage.problem)")
        } catch let error as SystemError {
            log.error("cannot undo record '\(leftover.path)': \(error.message)")
        } catch { log.error("cannot undo record '\(leftover.path)'") }
        // Locked as long as the list below exists; released for the process in the background.
        leftover.record?.release()
    }
    guard needsLibvirt, let output = BackgroundCleanUp.start() else { return nil }
    return StartedCleanUp(output)
}
