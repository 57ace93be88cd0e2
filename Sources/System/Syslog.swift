import CSystem
import Glibc
package import Logging

/// Writes log lines to the system log, `/dev/log`. C: `syslog`.
package struct SyslogHandler: LogHandler {
    package var metadata: Logger.Metadata = [:]
    package var logLevel: Logger.Level
    private let label: String
    /// Appended to each line, e.g. who the client is.
    private let suffix: @Sendable () -> String

    /// Sets the program's name, which begins each line. Call it once, before creating a handler.
    package static func open(tag: String) {
        // Never freed: the C library keeps the pointer.
        atex_open_syslog(strdup(tag))
    }

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
        let priority =
            switch event.level {
            case .trace, .debug: LOG_DEBUG
            case .info: LOG_INFO
            case .notice: LOG_NOTICE
            case .warning: LOG_WARNING
            case .error: LOG_ERR
            case .critical: LOG_CRIT
            }
        // The suffix is escaped too: clients choose the reservation name in it.
        atex_syslog(priority, oneLine("\(label): \(event.message)\(suffix())"))
    }
}

/// Escapes control characters, so that no text can end or forge a line: `\n` becomes `\x0a`.
private func oneLine(_ text: String) -> String {
    var line = ""
    for scalar in text.unicodeScalars {
        // U+2028 and U+2029 separate lines and paragraphs.
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
