import Libvirt
import Synchronization
import System

/// Collects the texts of events until there are enough, and lets the command wait for them.
/// virsh 9.0.0: `vshEventStart`, `virshEventPrint`.
///
/// libvirt's event loop appends texts on its own thread, while the request's thread waits for them.
final class EventWait: Sendable {
    /// The only state that both threads change; its mutex protects it.
    private let lines = Mutex<[String]>([])
    /// Opened once there are enough events; wakes the request's thread.
    private let gate = Gate()
    /// Whether to collect events until the timeout, instead of only the first.
    private let loops: Bool
    private let showsTime: Bool

    init(loops: Bool, showsTime: Bool) {
        self.loops = loops
        self.showsTime = showsTime
    }

    /// Appends an event's text, unless one event is enough and there is one already.
    /// Runs on the event loop's thread.
    func note(_ text: @autoclosure () -> String) {
        // Test and append under one lock: several kinds of events share this log. The gate has a
        // lock of its own, so open it outside.
        let isEnough = lines.withLock { lines in
            guard loops || lines.isEmpty else { return true }
            lines.append((showsTime ? utcTimestamp() + ": " : "") + text())
            return !loops
        }
        if isEnough { gate.open() }
    }

    /// Waits for the first event, or with `loops` until the timeout; `nil` waits without a timeout.
    /// Returns true on a timeout. Runs on the request's thread.
    fileprivate func wait(milliseconds: Int?) -> Bool { !gate.wait(milliseconds: milliseconds) }

    fileprivate var texts: [String] { lines.withLock { $0 } }
}

/// The common options of commands that wait for events.
struct EventOptions {
    let loop: Key<Bool>
    let timeout: Key<Int?>
    let list: Key<Bool>
    let timestamp: Key<Bool>

    func log(of given: ParsedOptions) throws -> EventWait {
        EventWait(loops: try given[loop], showsTime: try given[timestamp])
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
    /// no event.
    func wait(
        for log: EventWait, milliseconds: Int?, _ subscriptions: [EventSubscription]
    ) throws {
        let isTimeOver = log.wait(milliseconds: milliseconds)
        // Later events are neither printed nor counted.
        let texts = log.texts
        for text in texts { print(text) }
        if isTimeOver { print("event loop timed out\n") }
        print("events received: \(texts.count)\n")
        // Not left to `deinit`, which ignores failures.
        for subscription in subscriptions { try subscription.cancel() }
        guard !texts.isEmpty else { throw CommandFailure.silent }
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

    func printEventKinds(_ names: [String]) { for name in names { print(name + "\n") } }
}
