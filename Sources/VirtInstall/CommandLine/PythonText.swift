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
func shellWords(_ text: String, separators: Set<Character> = [" ", "\t", "\r", "\n"]) throws
    -> [String]
{
    var words: [String] = []
    var word: String?
    var quote: Character?
    var characters = text.makeIterator()
    while let character = characters.next() {
        if character == "\\", quote != "'" {
            guard let next = characters.next() else { throw OptionMistake("No escaped character") }
            // In double quotes, a backslash only escapes a quote or another backslash.
            if quote == "\"", next != "\"", next != "\\" { word = (word ?? "") + "\\" }
            word = (word ?? "") + String(next)
        } else if let open = quote {
            if character == open { quote = nil } else { word?.append(character) }
        } else if character == "'" || character == "\"" {
            quote = character
            word = word ?? ""
        } else if separators.contains(character) {
            if let done = word { words.append(done) }
            word = nil
        } else {
            word = (word ?? "") + String(character)
        }
    }
    guard quote == nil else { throw OptionMistake("No closing quotation") }
    if let word { words.append(word) }
    return words
}
