import CLibvirt
import Glibc
import Synchronization

/// libvirt's own event loop, on a thread of its own: it notices a daemon that went away, and
/// delivers events.
package enum EventLoop {
    private enum State { case absent, registered, running }
    private static let state = Mutex(State.absent)

    /// Makes the loop known to libvirt. C: `virEventRegisterDefaultImpl`.
    static func register() {
        state.withLock {
            guard $0 == .absent, virEventRegisterDefaultImpl() == 0 else { return }
            $0 = .registered
        }
    }

    /// Starts the thread that turns the loop; once. C: `virEventRunDefaultImpl`.
    package static func start() {
        state.withLock {
            guard $0 == .registered else { return }
            var thread = pthread_t()
            let started = pthread_create(
                &thread, nil,
                { _ in
                    while virEventRunDefaultImpl() == 0 {}
                    return nil
                }, nil)
            guard started == 0 else { return }
            pthread_detach(thread)
            $0 = .running
        }
    }
}
