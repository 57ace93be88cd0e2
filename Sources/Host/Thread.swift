import Glibc

/// Runs `other` on a thread of its own and `body` on this one; returns when both are done.
package func alongside<Value, Failure>(
    _ other: @escaping @Sendable () -> Void, _ body: () throws(Failure) -> Value
) throws(Failure) -> Value {
    let context = Unmanaged.passRetained(Work(other))
    var thread = pthread_t()
    let failed = pthread_create(
        &thread, nil,
        { context in
            Unmanaged<Work>.fromOpaque(context!).takeRetainedValue().run()
            return nil
        }, context.toOpaque())
    defer { if failed == 0 { pthread_join(thread, nil) } }
    if failed != 0 { context.release() }
    return try body()
}

/// What C hands to a new thread.
private final class Work: Sendable {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
}
