import CHost
import Glibc
package import Logging

/// Writes log lines to the system's log, `/dev/log`. C: `syslog`.
package struct SyslogHandler: LogHandler {
    package var metadata: Logger.Metadata = [:]
    package var logLevel: Logger.Level
    private let label: String
    /// Put behind each line, e.g. who is at the other end.
    private let context: @Sendable () -> String

    /// Names the program in each line; to be called once before the first handler is made.
    package static func open(tag: String) {
        // The C library keeps the pointer.
        atex_open_syslog(strdup(tag))
    }

    package init(
        label: String, level: Logger.Level, context: @escaping @Sendable () -> String
    ) {
        self.label = label
        self.context = context
        logLevel = level
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        let priority =
            switch event.level {
            case .trace, .debug: LOG_DEBUG
            case .info: LOG_INFO
            case .notice: LOG_NOTICE
            case .warning: LOG_WARNING
            case .error: LOG_ERR
            case .critical: LOG_CRIT
            }
        atex_syslog(priority, oneLine("\(label): \(event.message)\(context())"))
    }
}

/// Text in which no control character can end or forge a line: `\n` becomes `\x0a`.
private func oneLine(_ text: String) -> String {
    var line = ""
    for scalar in text.unicodeScalars {
        if scalar.properties.generalCategory == .control || scalar == "\u{2028}"
            || scalar == "\u{2029}"
        {
            let digits = String(scalar.value, radix: 16)
            line += "\\x" + (digits.count < 2 ? "0" : "") + digits
        } else {
            line.unicodeScalars.append(scalar)
        }
    }
    return line
}
