/// Makes a stream of console bytes safe for a person's terminal.
///
/// A guest may write anything to its console. Escape sequences are removed, because most of them
/// only set colours, and what is left is readable. Other control characters and bytes that are not
/// UTF-8 become U+FFFD. A carriage return begins a new line, as in `printableLines`.
package struct ConsoleFilter: Sendable {
    private enum State {
        case text
        /// After ESC.
        case escape
        /// After ESC and intermediate bytes, e.g. `ESC (`: one more byte follows.
        case intermediate
        /// In a control sequence, after `ESC [`.
        case sequence
        /// In a string for the terminal, e.g. a window title, after `ESC ]`.
        case string
        /// After an ESC in such a string, which ends with `ESC \`.
        case stringEscape
    }

    private var state = State.text
    /// The bytes so far of a character that takes several, and how many it takes.
    private var character: [UInt8] = []
    private var characterLength = 0
    /// Whether a carriage return was not followed by anything yet.
    private var hasReturned = false
    private var isLineEmpty = true

    package init() {}

    /// The next bytes of the stream for the terminal. The start of a character or a sequence that
    /// is incomplete is kept for the next call.
    package mutating func filter(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count)
        for byte in bytes { add(byte, to: &output) }
        return output
    }

    private mutating func add(_ byte: UInt8, to output: inout [UInt8]) {
        if !character.isEmpty {
            if byte & 0xC0 == 0x80 {
                character.append(byte)
                guard character.count == characterLength else { return }
                print(shown(character), to: &output)
                character = []
                return
            }
            print(Self.replacement, to: &output)
            character = []
        }
        switch (state, byte) {
        // The ends of lines end everything: a guest must not hide the rest of its output.
        case (_, 0x0A), (_, 0x0D), (.text, _), (_, 0x18), (_, 0x1A):
            state = .text
            addText(byte, to: &output)
        case (.string, 0x07): state = .text
        case (.string, 0x1B): state = .stringEscape
        case (.string, _): break
        case (.stringEscape, UInt8(ascii: "\\")): state = .text
        case (_, 0x1B): state = .escape
        case (.escape, UInt8(ascii: "[")), (.stringEscape, UInt8(ascii: "[")): state = .sequence
        case (.escape, _), (.stringEscape, _):
            switch byte {
            case UInt8(ascii: "]"), UInt8(ascii: "P"), UInt8(ascii: "X"), UInt8(ascii: "^"),
                UInt8(ascii: "_"):
                state = .string
            case 0x20...0x2F: state = .intermediate
            default: endSequence(with: byte, last: 0x30...0x7E, to: &output)
            }
        case (.intermediate, 0x20...0x2F): break
        case (.intermediate, _): endSequence(with: byte, last: 0x30...0x7E, to: &output)
        case (.sequence, 0x20...0x3F): break
        case (.sequence, _): endSequence(with: byte, last: 0x40...0x7E, to: &output)
        }
    }

    /// Ends a sequence. A byte that cannot be its last one is text.
    private mutating func endSequence(
        with byte: UInt8, last: ClosedRange<UInt8>, to output: inout [UInt8]
    ) {
        state = .text
        if !last.contains(byte) { addText(byte, to: &output) }
    }

    private mutating func addText(_ byte: UInt8, to output: inout [UInt8]) {
        switch byte {
        case 0x1B: state = .escape
        case 0x0A:
            output.append(byte)
            (hasReturned, isLineEmpty) = (false, true)
        case 0x0D: hasReturned = true
        case 0x07: break  // a bell shows nothing
        case 0x09, 0x20...0x7E: print([byte], to: &output)
        case 0xC2...0xDF: begin(byte, length: 2)
        case 0xE0...0xEF: begin(byte, length: 3)
        case 0xF0...0xF4: begin(byte, length: 4)
        default: print(Self.replacement, to: &output)
        }
    }

    private mutating func begin(_ byte: UInt8, length: Int) {
        character = [byte]
        characterLength = length
    }

    private mutating func print(_ bytes: [UInt8], to output: inout [UInt8]) {
        if hasReturned, !isLineEmpty { output.append(0x0A) }
        (hasReturned, isLineEmpty) = (false, false)
        output += bytes
    }

    /// U+FFFD.
    private static let replacement: [UInt8] = [0xEF, 0xBF, 0xBD]

    private func shown(_ bytes: [UInt8]) -> [UInt8] {
        guard let text = String(validating: bytes, as: UTF8.self),
            text.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control })
        else { return Self.replacement }
        return bytes
    }
}
