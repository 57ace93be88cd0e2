/// Why a text is no regular expression of Python's.
package struct PatternError: Error, Hashable, Sendable {
    /// What is wrong, in lower case and without a full stop.
    package let message: String
    /// Where, in characters from the start.
    package let position: Int
}

/// Rewrites a regular expression of Python's `re` (3.11, for text) as one of PCRE2's (10.42) that
/// means the same, and refuses what Python refuses. PCRE2 refuses the rest.
struct PythonPattern {
    private let text: [Unicode.Scalar]
    private var position = 0
    private var output = ""
    /// Whether groups are closed, by number; group 0 is the whole.
    private var closed = [false]
    private var names: [String: Int] = [:]
    /// How many groups are open.
    private var depth = 0

    /// As PCRE2's own limit. C: `PARENS_NEST_LIMIT`.
    private static let deepest = 250

    /// The flags that change what is read; the rest PCRE2 knows by the same letters.
    private struct Flags {
        var ascii = false
        var verbose = false
    }

    /// What stands before a quantifier.
    private enum Item { case nothing, assertion, repeatable, repeated }

    private init(_ text: String) { self.text = Array(text.unicodeScalars) }

    /// The same expression for PCRE2, with the options UTF and UCP and newline LF.
    static func translated(_ text: String) throws(PatternError) -> String {
        var pattern = PythonPattern(text)
        var flags = Flags()
        try pattern.globalFlags(&flags)
        try pattern.alternatives(flags)
        guard pattern.peek == nil else { throw pattern.error("unbalanced parenthesis") }
        return pattern.output
    }

    // MARK: Reading

    private var peek: Unicode.Scalar? { position < text.count ? text[position] : nil }

    private mutating func next() -> Unicode.Scalar? {
        guard let scalar = peek else { return nil }
        position += 1
        return scalar
    }

    private mutating func take(_ string: String) -> Bool {
        let scalars = Array(string.unicodeScalars)
        guard text[position...].starts(with: scalars) else { return false }
        position += scalars.count
        return true
    }

    private mutating func takeWhile(_ condition: (Unicode.Scalar) -> Bool) -> String {
        var taken = String.UnicodeScalarView()
        while let scalar = peek, condition(scalar) {
            taken.append(scalar)
            position += 1
        }
        return String(taken)
    }

    private func error(_ message: String) -> PatternError {
        PatternError(message: message, position: position)
    }

    private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }
    private static func isOctal(_ scalar: Unicode.Scalar) -> Bool { ("0"..."7").contains(scalar) }
    private static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
        scalar.isASCII && scalar.properties.isAlphabetic
    }

    // MARK: Structure

    /// `(?aims)` at the very start.
    private mutating func globalFlags(_ flags: inout Flags) throws(PatternError) {
        while true {
            let start = position
            guard take("(?") else { return }
            let letters = takeWhile { "aiLmsux".unicodeScalars.contains($0) }
            guard !letters.isEmpty, take(")") else {
                position = start
                return
            }
            try apply(letters, to: &flags)
            emitFlags(letters)
        }
    }

    private mutating func apply(
        _ letters: String, to flags: inout Flags, removing: Bool = false
    ) throws(PatternError) {
        if letters.contains("L") {
            throw error("bad inline flags: cannot use 'L' flag with a str pattern")
        }
        if letters.contains("a"), letters.contains("u") {
            throw error("bad inline flags: flags 'a', 'u' and 'L' are incompatible")
        }
        if letters.contains("a") { flags.ascii = true }
        if letters.contains("u") { flags.ascii = false }
        if letters.contains("x") { flags.verbose = !removing }
    }

    private mutating func emitFlags(_ letters: String) {
        let known = letters.filter { "imsx".contains($0) }
        if !known.isEmpty { output += "(?\(known))" }
    }

    private mutating func alternatives(_ flags: Flags) throws(PatternError) {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.deepest else {
            throw error("more than \(Self.deepest) groups inside of one another")
        }
        while true {
            try sequence(flags)
            guard take("|") else { return }
            output += "|"
        }
    }

    private mutating func sequence(_ flags: Flags) throws(PatternError) {
        var item = Item.nothing
        while let scalar = peek, scalar != "|", scalar != ")" {
            if flags.verbose, skipVerbose() { continue }
            if let quantifier = try takeQuantifier() {
                switch item {
                case .nothing, .assertion: throw error("nothing to repeat")
                case .repeated: throw error("multiple repeat")
                case .repeatable: break
                }
                output += quantifier
                if take("?") { output += "?" } else if take("+") { output += "+" }
                item = .repeated
                continue
            }
            position += 1
            switch scalar {
            case "^", "$":
                output.unicodeScalars.append(scalar)
                item = .assertion
            case "(": item = try group(flags) ? .repeatable : item
            case "[":
                try characterClass(flags)
                item = .repeatable
            case "\\": item = try escape(flags)
            case "{":
                output += "\\{"
                item = .repeatable
            default:
                output.unicodeScalars.append(scalar)
                item = .repeatable
            }
        }
    }

    /// Blanks and comments of a verbose expression; they stay out.
    private mutating func skipVerbose() -> Bool {
        if take("#") {
            _ = takeWhile { $0 != "\n" }
            return true
        }
        return !takeWhile { [" ", "\t", "\n", "\r", "\u{B}", "\u{C}"].contains($0) }.isEmpty
    }

    /// A quantifier; `{` that begins none is an ordinary character.
    private mutating func takeQuantifier() throws(PatternError) -> String? {
        for simple in ["*", "+", "?"] where take(simple) { return simple }
        let start = position
        guard take("{"), peek != "}" else {
            position = start
            return nil
        }
        let low = takeWhile(Self.isDigit)
        let isRange = take(",")
        let high = isRange ? takeWhile(Self.isDigit) : low
        guard take("}"), isRange || !low.isEmpty else {
            position = start
            return nil
        }
        if let lowest = Int(low), let highest = Int(high), highest < lowest {
            throw error("min repeat greater than max repeat")
        }
        return isRange ? "{\(low.isEmpty ? "0" : low),\(high)}" : "{\(low)}"
    }

    /// Behind `(`; whether it may be repeated (a comment is nothing).
    private mutating func group(_ flags: Flags) throws(PatternError) -> Bool {
        guard take("?") else {
            try body("(", flags, capturing: true)
            return true
        }
        if take("#") {
            _ = takeWhile { $0 != ")" }
            guard take(")") else { throw error("missing ), unterminated comment") }
            return false
        }
        for plain in [":", "=", "!", "<=", "<!", ">"] where take(plain) {
            try body("(?\(plain)", flags)
            return true
        }
        if take("P<") {
            let name = try groupName(until: ">")
            guard names[name] == nil else { throw error("redefinition of group name '\(name)'") }
            names[name] = closed.count
            try body("(", flags, capturing: true)
            return true
        }
        if take("P=") {
            let name = try groupName(until: ")")
            guard let number = names[name] else { throw error("unknown group name '\(name)'") }
            try reference(number)
            return true
        }
        if take("(") {
            let name = takeWhile { $0 != ")" }
            guard take(")"), !name.isEmpty else { throw error("missing group name") }
            guard let number = names[name] ?? Int(name) else {
                throw error("unknown group name '\(name)'")
            }
            guard number > 0 else { throw error("bad group number") }
            try body("(?(\(number))", flags)
            return true
        }
        try flagGroup(flags)
        return true
    }

    /// `(?ims-x:...)`
    private mutating func flagGroup(_ outer: Flags) throws(PatternError) {
        var flags = outer
        let on = takeWhile { "aiLmsux".unicodeScalars.contains($0) }
        let off = take("-") ? takeWhile { "imsx".unicodeScalars.contains($0) } : nil
        if !on.isEmpty, off == nil, peek == ")" {
            throw error("global flags not at the start of the expression")
        }
        guard !(on + (off ?? "")).isEmpty, off?.isEmpty != true, take(":") else {
            throw error("unknown extension ?\(peek.map(String.init) ?? "")")
        }
        try apply(on, to: &flags)
        try apply(off ?? "", to: &flags, removing: true)
        let known = on.filter { "imsx".contains($0) }
        try body("(?\(known)\(off.map { "-\($0)" } ?? ""):", flags)
    }

    /// What is inside a group, and its end.
    private mutating func body(
        _ opening: String, _ flags: Flags, capturing: Bool = false
    ) throws(PatternError) {
        output += opening
        let number = closed.count
        if capturing { closed.append(false) }
        try alternatives(flags)
        guard take(")") else { throw error("missing ), unterminated subpattern") }
        if capturing { closed[number] = true }
        output += ")"
    }

    private mutating func groupName(until end: String) throws(PatternError) -> String {
        let name = takeWhile { String($0) != end && $0 != ")" }
        guard take(end) else { throw error("missing \(end), unterminated name") }
        let scalars = name.unicodeScalars
        guard let first = scalars.first else { throw error("missing group name") }
        guard first == "_" || first.properties.isXIDStart,
            scalars.allSatisfy({ $0.properties.isXIDContinue })
        else { throw error("bad character in group name '\(name)'") }
        return name
    }

    private mutating func reference(_ number: Int) throws(PatternError) {
        guard number < closed.count else { throw error("invalid group reference \(number)") }
        guard closed[number] else { throw error("cannot refer to an open group") }
        output += "\\g{\(number)}"
    }

    // MARK: Escapes and classes

    private mutating func escape(_ flags: Flags) throws(PatternError) -> Item {
        guard let scalar = next() else { throw error("bad escape (end of pattern)") }
        switch scalar {
        case "A":
            output += "\\A"
            return .assertion
        case "Z":
            output += "\\z"
            return .assertion
        case "b", "B":
            output += boundary(scalar, flags)
            return .assertion
        case "d", "D", "s", "S", "w", "W":
            output += flags.ascii ? "[\(ASCIIClass.ranges(scalar))]" : "\\\(scalar)"
        case "0":
            emit(value: try octal(first: "0", digits: 2))
        case "1"..."9":
            if let value = threeOctalDigits(scalar) {
                guard value <= 0o377 else { throw error("octal escape value out of range") }
                emit(value: value)
            } else {
                var digits = String(scalar)
                if let second = peek, Self.isDigit(second) {
                    digits.unicodeScalars.append(second)
                    position += 1
                }
                try reference(Int(digits) ?? 0)
            }
        default: try literal(scalar)
        }
        return .repeatable
    }

    private func boundary(_ scalar: Unicode.Scalar, _ flags: Flags) -> String {
        guard flags.ascii else { return "\\\(scalar)" }
        let word = "[\(ASCIIClass.ranges("w"))]"
        return scalar == "b"
            ? "(?:(?<=\(word))(?!\(word))|(?<!\(word))(?=\(word)))"
            : "(?:(?<=\(word))(?=\(word))|(?<!\(word))(?!\(word)))"
    }

    private mutating func threeOctalDigits(_ first: Unicode.Scalar) -> UInt32? {
        guard Self.isOctal(first), position + 1 < text.count, Self.isOctal(text[position]),
            Self.isOctal(text[position + 1])
        else { return nil }
        var digits = String(first)
        for _ in 0..<2 {
            digits.unicodeScalars.append(text[position])
            position += 1
        }
        return UInt32(digits, radix: 8)
    }

    private mutating func octal(
        first: Unicode.Scalar, digits: Int
    ) throws(PatternError) -> UInt32 {
        var text = String(first)
        for _ in 0..<digits {
            guard let scalar = peek, Self.isOctal(scalar) else { break }
            text.unicodeScalars.append(scalar)
            position += 1
        }
        guard let value = UInt32(text, radix: 8), value <= 0o377 else {
            throw error("octal escape value out of range")
        }
        return value
    }

    private mutating func emit(value: UInt32) {
        output += "\\x{\(String(value, radix: 16))}"
    }

    /// An escape that stands for one character.
    private mutating func literal(_ scalar: Unicode.Scalar) throws(PatternError) {
        let named: [Unicode.Scalar: UInt32] = [
            "a": 7, "f": 12, "n": 10, "r": 13, "t": 9, "v": 11,
        ]
        if let value = named[scalar] { return emit(value: value) }
        let widths: [Unicode.Scalar: Int] = ["x": 2, "u": 4, "U": 8]
        if let width = widths[scalar] {
            let digits = text[position...].prefix(width)
            position += digits.count
            guard digits.count == width,
                digits.allSatisfy({ $0.isASCII && $0.properties.isASCIIHexDigit }),
                let value = UInt32(String(String.UnicodeScalarView(digits)), radix: 16),
                value <= 0x10FFFF
            else { throw error("incomplete escape \\\(scalar)") }
            return emit(value: value)
        }
        guard !Self.isLetter(scalar), !Self.isDigit(scalar) else {
            throw error("bad escape \\\(scalar)")
        }
        if scalar.isASCII { output += "\\" }
        output.unicodeScalars.append(scalar)
    }

    /// Behind `[`.
    private mutating func characterClass(_ flags: Flags) throws(PatternError) {
        output += "["
        if take("^") { output += "^" }
        var isFirst = true
        while let scalar = next() {
            switch scalar {
            case "]" where !isFirst:
                output += "]"
                return
            case "\\": try classEscape(flags)
            case "-": output += "-"
            default:
                // `[` would begin a class of POSIX's in PCRE2.
                if scalar == "[" || scalar == "]" { output += "\\" }
                output.unicodeScalars.append(scalar)
            }
            isFirst = false
        }
        throw error("unterminated character set")
    }

    private mutating func classEscape(_ flags: Flags) throws(PatternError) {
        guard let scalar = next() else { throw error("unterminated character set") }
        switch scalar {
        case "d", "D", "s", "S", "w", "W":
            output += flags.ascii ? ASCIIClass.ranges(scalar) : "\\\(scalar)"
        case "b": emit(value: 8)
        case "0"..."7": emit(value: try octal(first: scalar, digits: 2))
        default: try literal(scalar)
        }
    }
}

/// `\d`, `\s`, `\w` and their opposites in ASCII, as the inside of a class.
private enum ASCIIClass {
    static func ranges(_ letter: Unicode.Scalar) -> String {
        switch letter {
        case "d": "0-9"
        case "D": "\\x{0}-\\x{2f}\\x{3a}-\\x{10ffff}"
        case "s": "\\x{9}-\\x{d}\\x{20}"
        case "S": "\\x{0}-\\x{8}\\x{e}-\\x{1f}\\x{21}-\\x{10ffff}"
        case "w": "0-9A-Za-z_"
        default: "\\x{0}-\\x{2f}\\x{3a}-\\x{40}\\x{5b}-\\x{5e}\\x{60}\\x{7b}-\\x{10ffff}"
        }
    }
}
