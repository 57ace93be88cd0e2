import Libvirt
import Lifetime
import Synchronization
package import System
package import Text

/// The background requests of a session. Each runs on a thread of its own.
package final class BackgroundRequests: Sendable {
    private struct State {
        /// Those that have not been answered.
        var running: [Running] = []
        /// The number of threads, including those that write their replies.
        var threads = 0
    }

    private struct Running {
        let id: JSONValue
        let cancellation: Cancellation
    }

    private let state = Mutex(State())
    /// Woken by each thread at its end.
    private let ended: Wakeup

    /// The maximum at a time.
    package static let limit = 16
    /// The most bytes that an identifier has, as in its request: it is kept, and compared with
    /// those of others.
    package static let idLimit = 1024

    /// Whether a background request can have the identifier.
    package static func isPossible(_ id: JSONMember) -> Bool { id.source.utf8.count <= idLimit }

    package init() throws(SystemError) { ended = try Wakeup() }

    /// Executes a request on a new thread. `execute` returns a function that writes its reply.
    package func start(
        _ id: JSONMember, _ execute: @escaping @Sendable () -> () -> Void
    ) throws(RequestError) {
        guard Self.isPossible(id) else {
            throw RequestError(
                .badRequest,
                "the 'id' of a background request has at most \(Self.idLimit) bytes, not "
                    + "\(id.source.utf8.count)")
        }
        let cancellation: Cancellation
        do throws(SystemError) { cancellation = try Cancellation() } catch {
            throw cannotStart(error)
        }
        try add(id, cancellation)
        ClientWatch.requestBegins()
        do throws(SystemError) {
            // As large a stack as the main thread's.
            try startDetachedThread(stackSize: 8 << 20) { [self] in
                // `virsh cd` must not move other requests.
                WorkingDirectory.makeOwn()
                cancellation.run {
                    let write = LibvirtError.reportingApart(execute)
                    // Before the reply: then the client may use the `id` again.
                    remove(cancellation)
                    write()
                }
                end()
            }
        } catch {
            remove(cancellation)
            end()
            throw cannotStart(error)
        }
    }

    private func cannotStart(_ error: SystemError) -> RequestError {
        RequestError("cannot execute the request in the background", error)
    }

    private func add(_ id: JSONMember, _ cancellation: Cancellation) throws(RequestError) {
        try state.withLock { state throws(RequestError) in
            guard !state.running.contains(where: { $0.id.isEquivalent(to: id.value) }) else {
                throw RequestError(
                    .exists, "a background request with id \(shortened(id.source)) is running")
            }
            // A client that has read a reply can send the next request, although the thread that
            // wrote the reply may not have ended. But one that reads no replies must not add
            // threads.
            guard state.running.count < Self.limit, state.threads < 2 * Self.limit else {
                throw RequestError(
                    .busy,
                    "this session has \(state.running.count) background requests, and \(Self.limit) are "
                        + "the maximum; wait for one of their replies, or cancel one")
            }
            state.running.append(Running(id: id.value, cancellation: cancellation))
            state.threads += 1
        }
    }

    private func remove(_ cancellation: Cancellation) {
        cancellation.end()
        state.withLock { $0.running.removeAll { $0.cancellation === cancellation } }
    }

    private func end() {
        ClientWatch.requestEnds()
        state.withLock { $0.threads -= 1 }
        ended.wake()
    }

    /// Cancels the request with an identifier. Returns false if there is none that can be
    /// cancelled.
    package func cancel(_ id: JSONValue) -> Bool {
        let found = state.withLock { state in
            state.running.first { $0.id.isEquivalent(to: id) }?.cancellation
        }
        return found?.cancel() ?? false
    }

    /// Cancels all requests.
    package func cancelAll() {
        for running in state.withLock({ $0.running }) { _ = running.cancellation.cancel() }
    }

    /// Whether none is running.
    package var isIdle: Bool { state.withLock { $0.threads == 0 } }

    /// Waits until all requests have been answered.
    package func waitForAll() throws(SystemError) {
        while state.withLock({ $0.threads > 0 }) {
            _ = try waitForAny(of: [ended], until: nil)
            _ = ended.clear()
        }
    }
}
