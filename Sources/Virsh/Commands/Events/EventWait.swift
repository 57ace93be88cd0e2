import Libvirt
import Synchronization
import System

/// Passes the texts of events to the command that waits for them.
/// virsh 9.0.0: `vshEventStart`, `virshEventPrint`.
///
/// libvirt's event loop appends texts on its own thread, while the request's thread waits for them.
final class EventWait: Sendable {
    private struct State {
        var texts: [String] = []
        var count = 0
        /// Set when the connection is lost, so that no more events will come.
        var loss: CloseReason??
    }

    /// The only state that both threads change; its mutex protects it.
    private let state = Mutex(State())
    /// Wakes the request's thread.
    private let wakeup: Wakeup
    /// Whether to wait for events until the timeout, instead of only for the first.
    private let loops: Bool
    private let showsTime: Bool

    init(loops: Bool, showsTime: Bool) throws(SystemError) {
        wakeup = try Wakeup()
        self.loops = loops
        self.showsTime = showsTime
    }

    /// Appends an event's text, unless one event is enough and there is one already.
    /// Runs on the event loop's thread.
    func note(_ text: @autoclosure () -> String) {
        // Test and append under one lock: several kinds of events share this log.
        state.withLock { state in
            guard loops || state.count == 0 else { return }
            state.texts.append((showsTime ? utcTimestamp() + ": " : "") + text())
            state.count += 1
        }
        wakeup.wake()
    }

    /// Ends the wait: the connection is lost. Runs on the event loop's thread, or on the request's.
    fileprivate func end(_ reason: CloseReason?) {
        state.withLock { $0.loss = .some(reason) }
        wakeup.wake()
    }

    /// How a wait ended.
    fileprivate enum End {
        case event
        case timeOver
        case lost(CloseReason?)
    }

    /// Waits for the first event, or with `loops` until the deadline, and passes each text to
    /// `print` when it arrives; `nil` waits without a deadline. The loss of the connection ends the
    /// wait, too. Returns the number of events. Runs on the request's thread.
    fileprivate func wait(
        until deadline: ContinuousClock.Instant?, _ print: (String) -> Void
    ) throws(SystemError) -> (count: Int, end: End) {
        while true {
            let isTimeOver = try !waitForAny(of: [wakeup], until: deadline)
            // Before the texts are removed: a later event wakes this thread again.
            _ = wakeup.clear()
            let now = state.withLock { state in
                defer { state.texts = [] }
                return state
            }
            for text in now.texts { print(text) }
            if now.count > 0, !loops { return (now.count, .event) }
            if let reason = now.loss { return (now.count, .lost(reason)) }
            if isTimeOver { return (now.count, .timeOver) }
        }
    }
}

/// The common options of commands that wait for events.
struct EventOptions {
    let loop: Key<Bool>
    let timeout: Key<Int?>
    let list: Key<Bool>
    let timestamp: Key<Bool>

    func log(of given: ParsedOptions) throws -> EventWait {
        try EventWait(loops: given[loop], showsTime: given[timestamp])
    }
}

extension Options {
    mutating func waiting() -> EventOptions {
        let loop = flag("loop", "wait for all events until the timeout, not only for one")
        let timeout = number("timeout", "timeout in seconds (default: none)", as: .timeout)
        let list = flag("list", "list the kinds of events")
        return EventOptions(
            loop: loop, timeout: timeout, list: list,
            timestamp: flag("timestamp", "print the time of each event"))
    }
}

extension Conversion where Value == Int {
    /// Seconds, converted to milliseconds. virsh 9.0.0: `vshCommandOptTimeoutToMs`.
    static let timeout = Conversion { word, option in
        let seconds = try Conversion<UInt32>.uint32.convert(word, option)
        // The result must fit in a C int.
        guard seconds > 0, seconds <= UInt32(Int32.max) / 1000 else {
            throw CommandFailure(
                "Numeric value '\(seconds)' for <timeout> option is malformed or out of range")
        }
        return Int(seconds) * 1000
    }
}

extension Shell {
    /// Waits for the events in `log`, prints them and cancels the subscriptions. Fails if there was
    /// no event, or if the connection was lost.
    func wait(
        for log: EventWait, milliseconds: Int?, _ subscriptions: [EventSubscription]
    ) throws {
        let deadline = milliseconds.map { ContinuousClock.now + .milliseconds($0) }
        let connection = try connection
        let closing = try connection.subscribe(toClose: { log.end($0) })
        // It may have been lost before the subscription.
        if closing != nil, !connection.isAlive { log.end(nil) }
        // Later events are neither printed nor counted.
        let (count, end) = try withExtendedLifetime(closing) {
            try log.wait(until: deadline) { print($0) }
        }
        switch end {
        case .event: break
        case .timeOver: print("event loop timed out\n")
        case .lost(let reason): printError(disconnected(connection, reason))
        }
        print("events received: \(count)\n")
        // Not left to `deinit`, which ignores failures.
        for subscription in subscriptions { try subscription.cancel() }
        guard count > 0 else { throw CommandFailure.silent }
    }

    /// virsh 9.0.0: `virshCatchDisconnect`, which also ends the wait.
    private func disconnected(_ connection: Connection, _ reason: CloseReason?) -> String {
        // libvirt's client knows the URI without its daemon.
        let uri = attempt { () throws(LibvirtError) in try connection.uri() } ?? ""
        return switch reason {
        case .error: "Disconnected from \(uri) due to I/O error"
        case .endOfFile: "Disconnected from \(uri) due to end of file"
        case .keepAlive: "Disconnected from \(uri) due to keepalive timeout"
        case .client, nil: "Disconnected from \(uri)"
        }
    }

    /// The index of an event's name in the names of all events of a kind of object.
    func eventKind(_ name: String?, in names: [String]) throws(CommandFailure) -> Int {
        guard let name else {
            throw CommandFailure("either --list or --event <type> is required")
        }
        guard let kind = names.firstIndex(of: name) else {
            throw CommandFailure("unknown event type \(name)")
        }
        return kind
    }

    /// As above, for kinds that are an enumeration of their names.
    func eventKind<Kind: CaseIterable & RawRepresentable<String>>(
        _ name: String?
    ) throws(CommandFailure) -> Kind where Kind.AllCases == [Kind] {
        Kind.allCases[try eventKind(name, in: Kind.allCases.map(\.rawValue))]
    }

    func printEventKinds(_ names: [String]) { for name in names { print(name + "\n") } }
}
