import System
import Text
import Wire

/// Shows progress in one line of a terminal, which it overwrites.
final class ProgressBar {
    private let wire: Wire
    private var isShown = false

    private static let width = 40

    init(_ wire: Wire) { self.wire = wire }

    func show(_ done: UInt64, _ total: UInt64) throws(SystemError) {
        let share = total == 0 ? 1 : Double(done) / Double(total)
        let filled = min(Self.width, Int(share * Double(Self.width)))
        let bar = String(repeating: "#", count: filled)
        let rest = String(repeating: ".", count: Self.width - filled)
        try wire.writeError("\r[\(bar)\(rest)] \(fixed(share * 100, 0)) %")
        isShown = true
    }

    func clear() throws(SystemError) {
        // ECMA-48 EL: erase to the end of the line, which the next text overwrites.
        if isShown { try wire.writeError("\r\u{1B}[K") }
    }
}
