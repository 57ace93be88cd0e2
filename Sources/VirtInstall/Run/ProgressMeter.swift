import InstallMedia
import Text

/// Shows progress in one line that is overwritten again and again.
/// virt-install 4.1.0: `TextMeter`.
final class ProgressMeter {
    private let version: InstallVersion
    private let output: InstallOutput
    private var text = ""
    private var start = ContinuousClock.now
    private var shown = ContinuousClock.now

    /// The width that virt-install assumes for a terminal of unknown width.
    private static let width = 80
    /// The shortest time between two updates.
    private static let interval = Duration.milliseconds(300)

    init(_ version: InstallVersion, _ output: InstallOutput) {
        self.version = version
        self.output = output
    }

    func show(_ event: TransferEvent) {
        switch event {
        case .began(let what, _):
            // It may contain a name that a server chose.
            text = printable(what)
            start = .now
            shown = start
        case .advanced(let done, let total):
            // Each update is a write to the client.
            guard ContinuousClock.now - shown >= Self.interval else { return }
            shown = .now
            let share = total.map { $0 > 0 ? " \(min(100, done * 100 / $0))%" : "" } ?? ""
            write("\(share) | \(amount(done))B  \(elapsed) ... ", "\r")
        case .ended(0) where version >= .v50: write(" |         \(elapsed)     ", "\n")
        case .ended(let done): write(" | \(amount(done))B  \(elapsed)     ", "\n")
        }
    }

    /// Runs a step that reports no progress.
    func step<Value>(_ what: String, _ body: () throws -> Value) rethrows -> Value {
        show(.began(what, total: nil))
        defer { show(.ended(done: 0)) }
        return try body()
    }

    private func write(_ end: String, _ terminator: String) {
        guard !output.isQuiet else { return }
        // The carriage return moves to the start of the line, and the spaces overwrite a longer
        // text.
        let room = max(0, Self.width - end.count)
        let text = String(text.prefix(room))
        let blanks = String(repeating: " ", count: room - text.count)
        output.progress("\r\(text)\(blanks)\(end)\(terminator)")
    }

    /// Minutes and seconds, e.g. `00:07`.
    private var elapsed: String {
        let seconds = (ContinuousClock.now - start).components.seconds
        return twoDigits(seconds / 60) + ":" + twoDigits(seconds % 60)
    }

    private func twoDigits(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }

    /// A size in five columns, e.g. ` 12 M`.
    private func amount(_ bytes: Int64) -> String {
        var value = Double(bytes)
        var unit = ""
        for larger in ["k", "M", "G", "T"] where value > 999 {
            value /= 1024
            unit = larger
        }
        let number = unit.isEmpty ? "\(bytes)" : fixed(value, value < 9.95 ? 1 : 0)
        let text = "\(number) \(unit)"
        return String(repeating: " ", count: max(0, 5 - text.count)) + text
    }
}
