import Lifetime
package import Logging
package import System

/// How long a session waits at its start for what needs libvirt.
private let timeLimit = Duration.seconds(3)

/// Undoes the unfinished steps of ended sessions, before a session begins. What needs libvirt is
/// left to a background process: libvirt may not answer, and need not be loaded here.
package func undoLeftovers(of state: StateDirectory, _ log: Logger) {
    let leftovers: [Journal.Leftover]
    do throws(SystemError) { leftovers = try Journal(state).leftovers() } catch {
        log.error("cannot read the journal '\(state.journal)': \(error.message)")
        return
    }
    var needsLibvirt = false
    for leftover in leftovers {
        do {
            switch try leftover.begun.get() {
            case .temporaryName(let name):
                if try name.remove() { logUndone("removed \(Begun.temporaryName(name).text)") }
                leftover.record?.remove()
            case .volume, .guest: needsLibvirt = true
            }
        } catch let damage as RecordDamage {
            log.error("record '\(leftover.path)' is damaged: \(damage.problem)")
        } catch let error as SystemError {
            log.error("cannot undo record '\(leftover.path)': \(error.message)")
        } catch { log.error("cannot undo record '\(leftover.path)'") }
        // Locked as long as the list below exists; released for the process in the background.
        leftover.record?.release()
    }
    guard needsLibvirt else { return }
    do throws(SystemError) {
        _ = try BackgroundCleanUp.start()?.waitForInput(until: .now + timeLimit)
    } catch {
        // The clean-up goes on; the session only does not wait for it.
    }
}
