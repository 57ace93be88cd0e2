import Text

// Values in the forms in which Python, and so virt-install, prints and reads them.

/// A text as Python's `repr` prints it: `'x'`, `"it's"`.
func pythonQuoted(_ text: String) -> String {
    let quote: Character = text.contains("'") && !text.contains("\"") ? "\"" : "'"
    var quoted = String(quote)
    for scalar in text.unicodeScalars {
        switch scalar {
        case "\\": quoted += "\\\\"
        case "\n": quoted += "\\n"
        case "\r": quoted += "\\r"
        case "\t": quoted += "\\t"
        case "'" where quote == "'": quoted += "\\'"
        case "\u{0}"..."\u{1f}", "\u{7f}":
            let digits = String(scalar.value, radix: 16)
            quoted += "\\x" + (digits.count < 2 ? "0" : "") + digits
        default: quoted.unicodeScalars.append(scalar)
        }
    }
    return quoted + String(quote)
}

/// A list of texts as Python prints it: `['a', 'b']`.
func pythonList(_ texts: [String]) -> String {
    "[" + texts.map(pythonQuoted).joined(separator: ", ") + "]"
}

/// A whole number as Python's `int` reads it: with spaces around it and `_` between digits.
func pythonInteger(_ text: String, radix: Int = 10) -> Int? {
    var digits = text.trimmed[...]
    let isNegative = digits.first == "-"
    if isNegative || digits.first == "+" { digits = digits.dropFirst() }
    if radix == 16, digits.hasPrefix("0x") || digits.hasPrefix("0X") {
        digits = digits.dropFirst(2)
    }
    guard let first = digits.first, let last = digits.last, first != "_", last != "_",
        !digits.contains("__"), first != "-", first != "+"
    else { return nil }
    return Int((isNegative ? "-" : "") + digits.filter { $0 != "_" }, radix: radix)
}

extension StringProtocol {
    /// Without white space at both ends.
    var trimmed: String {
        let start = drop { $0.isWhitespace }
        guard let end = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return String(start[...end])
    }
}

/// Splits a text at `separators`, with the quotes and backslashes of a POSIX shell.
/// Python 3.11: `shlex` with `posix=True`.
func splitWords(
    _ text: String, separators: String = " \t\r\n"
) throws(OptionMistake) -> [String] {
    var tokens = ShellWords(text, .python(separators: separators))
    var words: [String] = []
    while true {
        do throws(ShellWords.Mistake) {
            guard case .word(let word) = try tokens.next() else { return words }
            words.append(word)
        } catch {
            switch error {
            case .danglingBackslash: throw OptionMistake("No escaped character")
            case .openQuote: throw OptionMistake("No closing quotation")
            }
        }
    }
}
