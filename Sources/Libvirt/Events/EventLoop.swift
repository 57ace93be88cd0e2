import CLibvirt
import Synchronization
import System

/// libvirt's event loop, on a thread of its own. It reads what daemons send, notices that a
/// connection broke, and delivers events: every callback of this module runs on that thread.
///
/// The thread starts with the first connection and never ends. Reading happens here or, while a
/// thread waits for a reply, on that thread.
///
/// libvirt's own loop is not used: a call to a daemon changes what is watched four times, and each
/// change would wake the loop's thread.
package enum EventLoop {
    private enum State { case absent, registered, running }
    private static let state = Mutex(State.absent)

    /// `nil` if no descriptors are left.
    fileprivate static let sources = EventSources.make()

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
    /// C: `virEventRegisterImpl`, or without descriptors `virEventRegisterDefaultImpl`.
    static func register() {
        state.withLock {
            // Once per process: libvirt ignores later registrations.
            guard $0 == .absent else { return }
            if sources != nil {
                virEventRegisterImpl(
                    addWatch, changeWatch, removeWatch, addTimer, changeTimer, removeTimer)
            } else if virEventRegisterDefaultImpl() != 0 {
                return
            }
            $0 = .registered
        }
    }

    /// Starts the thread; only the first call after `register()` has an effect.
    package static func start() {
        let isToStart = state.withLock { state in
            guard state == .registered else { return false }
            state = .running
            return true
        }
        guard isToStart else { return }
        // A thread, not a Task: each turn blocks its thread, and Swift's thread pool is small. More
        // stack than the default, because libvirt's drivers and the callbacks run on it.
        do throws(SystemError) { try startDetachedThread(stackSize: 2 << 20) { run() } } catch {
            // Without the thread, calls still work; only events are missing. The next start
            // retries.
            state.withLock { $0 = .registered }
        }
    }

    /// C: `virEventRunDefaultImpl`.
    private static func run() {
        // A turn blocks until there is something to do. After an error, calls still work, but
        // without events.
        while sources?.runOnce() ?? (virEventRunDefaultImpl() == 0) {
            turn.withLock { $0 &+= 1 }
        }
    }
}

// What libvirt calls, on any thread.

private func addWatch(
    _ descriptor: Int32, _ events: Int32, _ callback: virEventHandleCallback?,
    _ context: UnsafeMutableRawPointer?, _ release: virFreeCallback?
) -> Int32 {
    guard let callback else { return -1 }
    return EventLoop.sources?.watch(
        descriptor, events, EventSources.Callback(callback, context, release)) ?? -1
}

private func changeWatch(_ watch: Int32, _ events: Int32) {
    EventLoop.sources?.change(watch: watch, events)
}

private func removeWatch(_ watch: Int32) -> Int32 {
    EventLoop.sources?.remove(watch: watch) == true ? 0 : -1
}

private func addTimer(
    _ milliseconds: Int32, _ callback: virEventTimeoutCallback?,
    _ context: UnsafeMutableRawPointer?, _ release: virFreeCallback?
) -> Int32 {
    guard let callback else { return -1 }
    return EventLoop.sources?.time(
        milliseconds, EventSources.Callback(callback, context, release)) ?? -1
}

private func changeTimer(_ timer: Int32, _ milliseconds: Int32) {
    EventLoop.sources?.change(timer: timer, milliseconds)
}

private func removeTimer(_ timer: Int32) -> Int32 {
    EventLoop.sources?.remove(timer: timer) == true ? 0 : -1
}
