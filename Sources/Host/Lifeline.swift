import CHost
import Glibc
import Synchronization

/// Ends the process when it is told to, or when nobody reads its replies any more; whatever the
/// main thread is doing, be it a call that never returns. What is registered as `Undo` is taken
/// back first.
package enum Lifeline {
    /// Starts a thread that waits for SIGTERM, SIGHUP and SIGINT, and for the readers of `output`
    /// and `errors` to go. Then it calls `cleanUp`, undoes what is registered, and ends the process.
    /// To be called before any other thread is made, so that none of them gets the signals.
    package static func attach(
        output: Int32, errors: Int32, cleanUp: @escaping @Sendable () -> Void
    ) throws(SystemError) {
        var signals = sigset_t()
        sigemptyset(&signals)
        for signal in [SIGTERM, SIGHUP, SIGINT] { sigaddset(&signals, signal) }
        pthread_sigmask(SIG_BLOCK, &signals, nil)
        signal(SIGPIPE, SIG_IGN)
        let descriptor = atex_signal_descriptor(&signals)
        guard descriptor >= 0 else { throw .last }
        self.errors.store(errors, ordering: .relaxed)
        let watch = Watch(
            signals: descriptor, output: output, errors: errors, cleanUp: cleanUp)

        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        pthread_attr_setstacksize(&attributes, 256 << 10)
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        var thread = pthread_t()
        let context = Unmanaged.passRetained(watch)
        let failed = pthread_create(
            &thread, &attributes,
            { context in
                let watch = Unmanaged<Watch>.fromOpaque(context!).takeRetainedValue()
                watch.run()
            }, context.toOpaque())
        if failed != 0 {
            context.release()
            throw SystemError(number: failed)
        }
    }

    /// Whether a request is under way: then a lost reader of `errors` ends it, too. A client may
    /// well close that one between requests.
    package static var isBusy: Bool {
        get { busy.load(ordering: .acquiring) }
        set {
            // The thread that watches may not have seen yet what came before the request.
            if newValue, !errorsAreLost.load(ordering: .relaxed) {
                var polled = pollfd(fd: errors.load(ordering: .relaxed), events: 0, revents: 0)
                errorsAreLost.store(poll(&polled, 1, 0) > 0, ordering: .relaxed)
            }
            busy.store(newValue, ordering: .releasing)
        }
    }
    private static let busy = Atomic(false)
    private static let errors = Atomic<Int32>(-1)
    /// Whether the reader of `errors` had gone before a request began.
    private static let errorsAreLost = Atomic(false)

    /// How long an end waits for a step to be over, and then for the undoing.
    fileprivate static let patienceSeconds: UInt32 = 10

    /// Does what must not overlap with its undoing: an end that comes meanwhile waits for it, and
    /// one that has begun lets it not begin.
    package static func step<Value: ~Copyable, Failure>(
        _ body: () throws(Failure) -> Value
    ) throws(Failure) -> Value {
        atex_step_begin()
        defer { atex_step_end() }
        return try body()
    }

    private final class Watch: Sendable {
        let signals: Int32
        let output: Int32
        let errors: Int32
        let cleanUp: @Sendable () -> Void

        init(
            signals: Int32, output: Int32, errors: Int32,
            cleanUp: @escaping @Sendable () -> Void
        ) {
            self.signals = signals
            self.output = output
            self.errors = errors
            self.cleanUp = cleanUp
        }

        func run() -> Never {
            // No events asked for: POLLERR and POLLHUP come unasked.
            var polled = [
                pollfd(fd: signals, events: Int16(POLLIN), revents: 0),
                pollfd(fd: output, events: 0, revents: 0),
                pollfd(fd: errors, events: 0, revents: 0),
            ]
            while true {
                guard poll(&polled, nfds_t(polled.count), -1) > 0 else { continue }
                if polled[0].revents != 0 {
                    var number: [UInt32] = Array(repeating: 0, count: 32)
                    read(signals, &number, 128)
                    end(128 + Int32(number[0]))
                }
                if polled[1].revents != 0 { end(1) }
                if polled[2].revents != 0 {
                    if isBusy, !errorsAreLost.load(ordering: .relaxed) { end(1) }
                    polled[2].fd = -1
                }
            }
        }

        private func end(_ status: Int32) -> Never {
            // Not even an undoing that hangs keeps the process, and with it its reservations.
            alarm(Lifeline.patienceSeconds * 2)
            cleanUp()
            Undo.undoAll()
            _exit(status)
        }
    }
}

/// Takes back what was begun, unless that is forgotten: at the end of its scope, which is how a
/// failure leaves it, or when the process is ended meanwhile. To be made before what it undoes is
/// begun; so it must bear to find nothing to undo.
package struct Undo: ~Copyable {
    private let id: UInt64

    package init(_ action: @escaping @Sendable () -> Void) {
        id = Lifeline.step {
            Self.registered.withLock { registered in
                registered.last += 1
                registered.actions.append((registered.last, action))
                return registered.last
            }
        }
    }

    deinit {
        let id = self.id
        Lifeline.step { Self.take(id)?() }
    }

    /// All went well: there is nothing to take back any more.
    package consuming func forget() {
        let id = self.id
        discard self
        Lifeline.step { _ = Self.take(id) }
    }

    private static func take(_ id: UInt64) -> (@Sendable () -> Void)? {
        registered.withLock { registered in
            guard let index = registered.actions.firstIndex(where: { $0.id == id }) else {
                return nil
            }
            return registered.actions.remove(at: index).action
        }
    }

    /// Undoes all, newest first, once the step under way is over; no other begins any more.
    fileprivate static func undoAll() {
        atex_step_begin_for_good(Lifeline.patienceSeconds)
        while let id = registered.withLock({ $0.actions.last?.id }) { take(id)?() }
    }

    private struct Registered {
        var last: UInt64 = 0
        var actions: [(id: UInt64, action: @Sendable () -> Void)] = []
    }
    private static let registered = Mutex(Registered())
}
