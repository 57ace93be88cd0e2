import Host
import Libvirt
import Synchronization

/// What events said, until enough of them came. virsh 9.0.0: `vshEventStart`, `virshEventPrint`.
final class EventLog: Sendable {
    private let lines = Mutex<[String]>([])
    private let gate = Gate()
    private let loops: Bool
    private let showsTime: Bool

    init(loops: Bool, showsTime: Bool) {
        self.loops = loops
        self.showsTime = showsTime
    }

    /// Notes an event's text; where one is enough, those after it are passed over.
    /// Called by the event loop's thread.
    func note(_ text: @autoclosure () -> String) {
        let isEnough = lines.withLock { lines in
            guard loops || lines.isEmpty else { return true }
            lines.append((showsTime ? utcTimestamp() + ": " : "") + text())
            return !loops
        }
        if isEnough { gate.open() }
    }

    /// Waits for an event, or for all that come in time; `nil` waits for ever.
    /// Whether the time was over first.
    fileprivate func wait(milliseconds: Int?) -> Bool { !gate.wait(milliseconds: milliseconds) }

    fileprivate var noted: [String] { lines.withLock { $0 } }
}

/// The options of commands that wait for events.
struct EventOptions {
    let loop: Key<Bool>
    let timeout: Key<Int?>
    let list: Key<Bool>
    let timestamp: Key<Bool>

    func log(of given: ParsedOptions) throws -> EventLog {
        EventLog(loops: try given[loop], showsTime: try given[timestamp])
    }
}

extension Options {
    mutating func waiting() -> EventOptions {
        let loop = flag("loop", "all that come in time, not only the first")
        let timeout = number("timeout", "seconds to wait (default: for ever)", as: .timeout)
        let list = flag("list", "the kinds of events there are")
        return EventOptions(
            loop: loop, timeout: timeout, list: list,
            timestamp: flag("timestamp", "when each event came"))
    }
}

extension Conversion where Value == Int {
    /// Seconds as milliseconds. virsh 9.0.0: `vshCommandOptTimeoutToMs`.
    static let timeout = Conversion { word, option in
        let seconds = try Conversion<UInt32>.uint32.convert(word, option)
        guard seconds > 0, seconds <= UInt32(Int32.max) / 1000 else {
            throw CommandFailure(
                "Numeric value '\(seconds)' for <timeout> option is malformed or out of range")
        }
        return Int(seconds) * 1000
    }
}

extension Shell {
    /// Waits for what `log` notes, prints it, and ends the subscriptions; none at all is failure.
    func wait(
        for log: EventLog, milliseconds: Int?, _ subscriptions: [EventSubscription]
    ) throws {
        let isTimeOver = log.wait(milliseconds: milliseconds)
        let noted = log.noted
        for text in noted { print(text) }
        if isTimeOver { print("event loop timed out\n") }
        print("events received: \(noted.count)\n")
        for subscription in subscriptions { try subscription.cancel() }
        guard !noted.isEmpty else { throw CommandFailure.silent }
    }

    /// The place of an event's name in a list of those there are.
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
