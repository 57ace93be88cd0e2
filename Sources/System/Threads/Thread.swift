import CSystem
import Glibc

/// Makes all threads allocate from one heap. A heap of its own costs each thread time at its start
/// and the process memory, and the threads here seldom allocate at the same time.
/// C: `mallopt`, M_ARENA_MAX.
package func shareHeapAmongThreads() { atex_share_heap() }

/// Runs `other` on a new thread and `body` on this one, and returns when both have ended. If no
/// thread can be created, only `body` runs.
package func runConcurrently<Value, Failure>(
    _ other: @escaping @Sendable () -> Void, with body: () throws(Failure) -> Value
) throws(Failure) -> Value {
    var thread = pthread_t()
    // Joined in any case: `other` may use what `body`'s caller owns.
    let isStarted = startThread(&thread, attributes: nil, other) == 0
    defer { if isStarted { pthread_join(thread, nil) } }
    return try body()
}

/// Starts a thread that is never joined, with a stack for shallow calls. C: `pthread_create`.
package func startDetachedThread(
    stackSize: Int = 256 << 10, _ run: @escaping @Sendable () -> Void
) throws(SystemError) {
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    pthread_attr_setstacksize(&attributes, stackSize)
    pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
    var thread = pthread_t()
    let number = startThread(&thread, attributes: &attributes, run)
    guard number == 0 else { throw SystemError(number: number) }
}

/// Returns an `errno`, or 0.
private func startThread(
    _ thread: inout pthread_t, attributes: UnsafePointer<pthread_attr_t>?,
    _ run: @escaping @Sendable () -> Void
) -> Int32 {
    // The new thread releases the context; if there is no thread, we do.
    let context = Unmanaged.passRetained(ThreadBody(run))
    let number = pthread_create(
        &thread, attributes,
        { context in
            Unmanaged<ThreadBody>.fromOpaque(context!).takeRetainedValue().run()
            return nil
        }, context.toOpaque())
    if number != 0 { context.release() }
    return number
}

/// The context that C passes to a new thread.
private final class ThreadBody: Sendable {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
}
