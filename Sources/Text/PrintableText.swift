/// Text in which bytes that are not UTF-8 are U+FFFD. `String(libvirt:)` keeps such bytes of the
/// host as characters of the last Unicode plane, from U+10FF00 on.
package func replacingInvalidBytes(in text: String) -> String {
    // 0xF4 begins all characters of that plane: most texts need no copy.
    guard text.utf8.contains(0xF4) else { return text }
    return text.unicodeScalars.reduce(into: "") { text, scalar in
        text.unicodeScalars.append(scalar.value >= 0x10FF00 ? "\u{FFFD}" : scalar)
    }
}

/// Text on one line for a terminal. Control characters become U+FFFD: a guest or another user may
/// have chosen the text, and must not move the cursor.
package func printable(_ text: String) -> String { replacingControls(in: text) { _ in false } }

/// As above, for several lines. A carriage return, with which virsh overwrites its progress, begins
/// a new line.
package func printableLines(_ text: String) -> String {
    var lines = String.UnicodeScalarView()
    var (isEmpty, isAtStart) = (true, true)
    for scalar in replacingInvalidBytes(in: text).unicodeScalars {
        switch scalar {
        case "\r":
            isAtStart = true
            continue
        case "\n": isEmpty = true
        default:
            // Not at the carriage return itself: one before a newline or at the end adds no line.
            if isAtStart, !isEmpty { lines.append("\n") }
            isEmpty = false
        }
        isAtStart = isEmpty
        lines.append(scalar)
    }
    return replacingControls(in: String(lines)) { $0 == "\n" || $0 == "\t" }
}

private func replacingControls(
    in text: String, except isAllowed: (Unicode.Scalar) -> Bool
) -> String {
    String(
        String.UnicodeScalarView(
            replacingInvalidBytes(in: text).unicodeScalars.map {
                $0.properties.generalCategory == .control && !isAllowed($0) ? "\u{FFFD}" : $0
            }))
}
