import CSystem
import Glibc
package import Logging
import Synchronization

/// Lines of the system log, `/dev/log`.
package enum SystemLog {
    package enum Facility: Sendable { case user, authentication }
    package enum Level: Sendable { case debug, info, notice, warning, error, critical }

    /// The program's name, which begins each line.
    private static let tag = ProcessInformation.programName

    /// How long a line that must be sent waits if the logging daemon does not read.
    private static let timeoutMilliseconds: Int32 = 1000

    /// The bytes that precede the text of each line, at most.
    package static var headerLength: Int {
        // `<PRI>Mmm dd hh:mm:ss `, and `: ` after the tag.
        "<191>Nov 28 11:00:00 : ".utf8.count + tag.utf8.count
    }

    /// Sends one line, which must not contain control characters. Throws if the log is not
    /// reachable or does not read; with `waits`, only if it has not read for about two seconds.
    package static func send(
        _ text: String, _ facility: Facility, _ level: Level, waits: Bool
    ) throws(SystemError) {
        let facility = facility == .user ? LOG_USER : 10 << 3  // LOG_AUTHPRIV
        let level =
            switch level {
            case .debug: LOG_DEBUG
            case .info: LOG_INFO
            case .notice: LOG_NOTICE
            case .warning: LOG_WARNING
            case .error: LOG_ERR
            case .critical: LOG_CRIT
            }
        let timeout = waits ? timeoutMilliseconds : 0
        try check(atex_send_log(facility | level, tag, text, timeout))
    }
}

/// Counts the log lines that could not be sent since the last one that could.
package final class DroppedLines: Sendable {
    private let count = Mutex(0)

    package init() {}

    /// Sends one line; `send` gets what it must say of the lines that were dropped before.
    package func counting(_ send: (_ note: String) throws(SystemError) -> Void) {
        // With the lock: another thread must not report the same lines.
        count.withLock { count in
            let note =
                count == 0
                ? "" : " (\(count) earlier line\(count == 1 ? " was" : "s were") dropped)"
            do throws(SystemError) {
                try send(note)
                count = 0
            } catch { count += 1 }
        }
    }
}

/// Writes log lines to the system log. It never waits for the logging daemon: a line for which
/// there is no room is dropped, and the next one says so.
package struct SyslogHandler: LogHandler {
    package var metadata: Logger.Metadata = [:]
    package var logLevel: Logger.Level
    private let label: String
    /// Appended to each line, e.g. who the client is.
    private let suffix: @Sendable () -> String
    private let dropped = DroppedLines()

    package init(
        label: String, level: Logger.Level, suffix: @escaping @Sendable () -> String
    ) {
        self.label = label
        self.suffix = suffix
        logLevel = level
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        let level: SystemLog.Level =
            switch event.level {
            case .trace, .debug: .debug
            case .info: .info
            case .notice: .notice
            case .warning: .warning
            case .error: .error
            case .critical: .critical
            }
        dropped.counting { note throws(SystemError) in
            let line = logLine("\(label): \(event.message)", suffix: note + suffix())
            try SystemLog.send(line, .user, level, waits: false)
        }
    }
}

/// The maximum length of a log line's text in bytes. A datagram that is too large would be lost,
/// and logging daemons cut longer lines.
package let logLineLimit = 8000

/// One line for the log. Control characters are escaped, so that no text can end or forge a line:
/// `\n` becomes `\x0a`. A text that is too long is cut; the suffix stays.
package func logLine(_ text: String, suffix: String = "") -> String {
    let suffix = oneLine(suffix, limit: 500)
    return oneLine(text, limit: logLineLimit - suffix.utf8.count) + suffix
}

/// Escapes control characters, and ends in `...` if the text is cut to fit.
private func oneLine(_ text: String, limit: Int) -> String {
    // Most texts need no change, as a look at their bytes shows faster than one at each character.
    if text.utf8.count + 3 <= limit, text.utf8.allSatisfy({ 0x20 <= $0 && $0 < 0x7F }) {
        return text
    }
    var line = ""
    for scalar in text.unicodeScalars {
        let piece = isUnsafe(scalar) ? escaped(scalar) : String(scalar)
        guard line.utf8.count + piece.utf8.count + 3 <= limit else { return line + "..." }
        line += piece
    }
    return line
}

private func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    // Format characters can reverse the order in which a line is shown.
    case .control, .format, .lineSeparator, .paragraphSeparator: true
    default: false
    }
}

private func escaped(_ scalar: Unicode.Scalar) -> String {
    let digits = String(scalar.value, radix: 16)
    return "\\x" + (digits.utf8.count < 2 ? "0" : "") + digits
}
