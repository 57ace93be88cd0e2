import Glibc

/// A one-way gate for threads: waits until another thread, e.g. the event loop's, opens it.
///
/// Not a `Mutex` and an `Atomic`: a wait with a timeout needs a condition variable, and one by the
/// monotonic clock.
package final class Gate: Sendable {
    // Safe to share: allocated in init and freed in deinit, and pthread synchronizes access.
    nonisolated(unsafe) private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    // Safe to share: see `mutex`.
    nonisolated(unsafe) private let condition: UnsafeMutablePointer<pthread_cond_t>
    // Safe to share: read and written only with `mutex` locked.
    nonisolated(unsafe) private var isOpen = false

    package init() {
        // On the heap: the address of a lock must not change.
        mutex = .allocate(capacity: 1)
        condition = .allocate(capacity: 1)
        pthread_mutex_init(mutex, nil)
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        // The wall clock, which is the default, may be set while we wait.
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(condition, &attributes)
        pthread_condattr_destroy(&attributes)
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    /// Wakes all threads that wait; later waits return at once.
    package func open() {
        pthread_mutex_lock(mutex)
        isOpen = true
        // With the mutex locked: a thread between its look at `isOpen` and its wait cannot miss
        // it.
        pthread_cond_broadcast(condition)
        pthread_mutex_unlock(mutex)
    }

    /// Waits until the gate is open, at most for `milliseconds` (`nil`: without limit). Returns
    /// false if the time ran out.
    package func wait(milliseconds: Int?) -> Bool {
        var deadline = timespec()
        clock_gettime(CLOCK_MONOTONIC, &deadline)
        // Carry whole seconds: a `tv_nsec` of a second or more is EINVAL, and the loop would spin.
        let total = deadline.tv_nsec + (milliseconds ?? 0) % 1000 * 1_000_000
        deadline.tv_sec += (milliseconds ?? 0) / 1000 + total / 1_000_000_000
        deadline.tv_nsec = total % 1_000_000_000
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        // A loop, because a condition variable may wake up for no reason.
        while !isOpen {
            if milliseconds == nil {
                pthread_cond_wait(condition, mutex)
            } else if pthread_cond_timedwait(condition, mutex, &deadline) == ETIMEDOUT {
                break
            }
        }
        return isOpen
    }
}
