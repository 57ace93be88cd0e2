import CLibvirt
import Glibc
import Synchronization

/// libvirt's event loop, on a thread of its own. It reads what daemons send, notices that a
/// connection broke, and delivers events: every callback of this module runs on that thread.
///
/// The thread starts with the first connection and never ends. Reading happens here or, while a
/// thread waits for a reply, on that thread.
package enum EventLoop {
    private enum State { case absent, registered, running }
    private static let state = Mutex(State.absent)

    /// Counts the loop's turns. The loop locks it between two turns, so a thread that holds the
    /// lock keeps the next turn from starting.
    private static let turn = Mutex(0)

    /// Runs `body` while the loop stands still after its current turn. For writing a console's
    /// output to a slow client: libvirt reads console data into memory without limit, so it must
    /// not read on until the client has received what there is. Until then the guest waits.
    ///
    /// Lock order: the loop never holds `turn` while it runs callbacks, so a callback may take any
    /// lock. `body` must not wait for a callback, and not for longer than 30 s: then the daemon's
    /// keepalive closes the connection.
    package static func holding(_ body: () throws -> Void) throws {
        try turn.withLock { _ in try body() }
    }

    /// Makes the loop known to libvirt; only the first call has an effect.
    /// C: `virEventRegisterDefaultImpl`.
    static func register() {
        state.withLock {
            // Once per process: libvirt ignores later registrations.
            guard $0 == .absent, virEventRegisterDefaultImpl() == 0 else { return }
            $0 = .registered
        }
    }

    /// Starts the thread; only the first call after `register()` has an effect.
    /// C: `virEventRunDefaultImpl`.
    package static func start() {
        let isToStart = state.withLock { state in
            guard state == .registered else { return false }
            state = .running
            return true
        }
        guard isToStart else { return }
        // pthread, not a Task: each turn blocks its thread, and Swift's thread pool is small.
        var thread = pthread_t()
        let started = pthread_create(
            &thread, nil,
            { _ in
                EventLoop.run()
                return nil
            }, nil)
        // Without the thread, calls still work; only events are missing. The next start retries.
        guard started == 0 else { return state.withLock { $0 = .registered } }
        pthread_detach(thread)
    }

    private static func run() {
        // Blocks until there is something to do. After an error, calls still work, but without
        // events.
        while virEventRunDefaultImpl() == 0 {
            turn.withLock { $0 &+= 1 }
        }
    }
}
