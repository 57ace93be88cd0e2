import Protocol
import System
import Text
import Wire

/// Shows a person what a long command is doing, on standard error: a terminal gets a bar that is
/// overwritten, anything else a line every few seconds. The command never waits until it is read.
final class ProgressDisplay {
    private let wire: Wire
    private let isBar: Bool
    private var barIsShown = false
    private var lastLine = ContinuousClock.now

    private static let width = 40
    /// The time between two lines: a command that ends sooner prints none.
    private static let interval = Duration.seconds(5)

    /// `isBar` is for a terminal that can move the cursor.
    init(_ wire: Wire, isBar: Bool) {
        self.wire = wire
        self.isBar = isBar
    }

    /// The name of a step that begins.
    func step(_ text: String) throws(SystemError) {
        try clear()
        try wire.writeProgress(printable(text) + "\n")
        lastLine = .now
    }

    /// `total` is `nil` if it is not known.
    func show(_ done: UInt64, _ total: UInt64?) throws(SystemError) {
        if isBar, let total { return try showBar(total == 0 ? 1 : Double(done) / Double(total)) }
        guard .now - lastLine >= Self.interval else { return }
        lastLine = .now
        let amount = Quantity.text(bytes: done)
        guard let total, total > 0 else { return try wire.writeProgress(amount + "\n") }
        let share = fixed(Double(done) / Double(total) * 100, 0)
        try wire.writeProgress("\(amount) of \(Quantity.text(bytes: total)) (\(share) %)\n")
    }

    private func showBar(_ share: Double) throws(SystemError) {
        let filled = min(Self.width, Int(share * Double(Self.width)))
        let bar = String(repeating: "#", count: filled)
        let rest = String(repeating: ".", count: Self.width - filled)
        try wire.writeProgress("\r[\(bar)\(rest)] \(fixed(share * 100, 0)) %")
        barIsShown = true
    }

    func clear() throws(SystemError) {
        // ECMA-48 EL: erase to the end of the line, which the next text overwrites.
        if barIsShown { try wire.writeProgress("\r\u{1B}[K") }
        barIsShown = false
    }
}
