package import Logging
import Synchronization

/// Keeps log lines for a test, each with its level.
package final class LogRecorder: LogHandler {
    private let recorded = Mutex<[String]>([])

    package init() {}

    package var lines: [String] { recorded.withLock { $0 } }

    // A test has one logger, so that the setters are not needed.
    package var logLevel: Logger.Level {
        get { .debug }
        set {}
    }
    package var metadata: Logger.Metadata {
        get { [:] }
        set {}
    }
    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { nil }
        set {}
    }

    package func log(event: LogEvent) {
        recorded.withLock { $0.append("\(event.level) \(event.message)") }
    }
}
