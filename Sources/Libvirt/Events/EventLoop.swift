import CLibvirt
import Glibc
import Synchronization

/// libvirt's own event loop, on a thread of its own: it notices a daemon that went away, and
/// delivers events.
package enum EventLoop {
    private enum State { case absent, registered, running }
    private static let state = Mutex(State.absent)

    /// Counts the turns; held by who does not want another.
    private static let turn = Mutex(0)

    /// Does what may take long without taking what libvirt sends meanwhile, but for the event at hand:
    /// of a console that nobody receives from it would fill our memory, so that its guest had better
    /// wait. A daemon ends a connection that keeps it waiting for half a minute.
    package static func holding(_ body: () throws -> Void) throws {
        try turn.withLock { _ in try body() }
    }

    /// Makes the loop known to libvirt. C: `virEventRegisterDefaultImpl`.
    static func register() {
        state.withLock {
            guard $0 == .absent, virEventRegisterDefaultImpl() == 0 else { return }
            $0 = .registered
        }
    }

    /// Starts the thread that turns the loop; once. C: `virEventRunDefaultImpl`.
    package static func start() {
        let isToStart = state.withLock { state in
            guard state == .registered else { return false }
            state = .running
            return true
        }
        guard isToStart else { return }
        var thread = pthread_t()
        let started = pthread_create(
            &thread, nil,
            { _ in
                EventLoop.run()
                return nil
            }, nil)
        guard started == 0 else { return state.withLock { $0 = .registered } }
        pthread_detach(thread)
    }

    private static func run() {
        while virEventRunDefaultImpl() == 0 {
            turn.withLock { $0 &+= 1 }
        }
    }
}
