/// Translates a regular expression of Python's `re` (3.11, for text) to PCRE2 (10.42) with the same
/// meaning, and rejects what Python rejects. PCRE2 rejects the rest.
struct PythonRegexTranslator {
    private let text: [Unicode.Scalar]
    private var position = 0
    private var output = ""
    /// Whether each group is closed, by its number; group 0 is the whole expression.
    private var closed = [false]
    private var names: [String: Int] = [:]
    /// The number of open groups.
    private var depth = 0

    /// PCRE2's own limit. C: `PARENS_NEST_LIMIT`.
    private static let maximumDepth = 250

    /// The flags that change how we parse; PCRE2 knows the others by the same letters.
    private struct Flags {
        var ascii = false
        var verbose = false
    }

    /// What precedes a quantifier.
    private enum Item { case nothing, assertion, repeatable, repeated }

    private init(_ text: String) { self.text = Array(text.unicodeScalars) }

    /// The expression for PCRE2 with the options UTF and UCP and newline LF.
    static func translate(_ text: String) throws(RegexError) -> String {
        var translator = PythonRegexTranslator(text)
        var flags = Flags()
        // First: since Python 3.11, global flags may stand only at the start.
        try translator.globalFlags(&flags)
        try translator.alternatives(flags)
        guard translator.peek == nil else { throw translator.error("unbalanced parenthesis") }
        return translator.output
    }

    // MARK: Scanning

    private var peek: Unicode.Scalar? { position < text.count ? text[position] : nil }

    private mutating func next() -> Unicode.Scalar? {
        guard let scalar = peek else { return nil }
        position += 1
        return scalar
    }

    private mutating func skip(_ string: String) -> Bool {
        let scalars = Array(string.unicodeScalars)
        guard text[position...].starts(with: scalars) else { return false }
        position += scalars.count
        return true
    }

    private mutating func consume(_ condition: (Unicode.Scalar) -> Bool) -> String {
        var consumed = String.UnicodeScalarView()
        while let scalar = peek, condition(scalar) {
            consumed.append(scalar)
            position += 1
        }
        return String(consumed)
    }

    private func error(_ message: String) -> RegexError {
        RegexError(message: message, position: position)
    }

    private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }
    private static func isOctal(_ scalar: Unicode.Scalar) -> Bool { ("0"..."7").contains(scalar) }
    private static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
        scalar.isASCII && scalar.properties.isAlphabetic
    }

    // MARK: Structure

    /// `(?aims)` at the very start.
    private mutating func globalFlags(_ flags: inout Flags) throws(RegexError) {
        while true {
            let start = position
            guard skip("(?") else { return }
            let letters = consume { "aiLmsux".unicodeScalars.contains($0) }
            guard !letters.isEmpty, skip(")") else {
                // `(?i:` or another group: `group` parses it.
                position = start
                return
            }
            try apply(letters, to: &flags)
            emitFlags(letters)
        }
    }

    private mutating func apply(
        _ letters: String, to flags: inout Flags, removing: Bool = false
    ) throws(RegexError) {
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
        // `a` and `u` are missing: PCRE2 10.42 has no flag for them, so `escape` and `boundary`
        // translate `\d`, `\s`, `\w` and `\b` one by one.
        let known = letters.filter { "imsx".contains($0) }
        if !known.isEmpty { output += "(?\(known))" }
    }

    private mutating func alternatives(_ flags: Flags) throws(RegexError) {
        depth += 1
        defer { depth -= 1 }
        // Also limits the recursion of this parser: the text comes from a client.
        guard depth <= Self.maximumDepth else {
            throw error("more than \(Self.maximumDepth) groups inside of one another")
        }
        while true {
            try sequence(flags)
            guard skip("|") else { return }
            output += "|"
        }
    }

    private mutating func sequence(_ flags: Flags) throws(RegexError) {
        var item = Item.nothing
        while let scalar = peek, scalar != "|", scalar != ")" {
            if flags.verbose, skipVerbose() { continue }
            if let quantifier = try quantifier() {
                // PCRE2 rejects these as well, but only Python's messages distinguish them.
                switch item {
                case .nothing, .assertion: throw error("nothing to repeat")
                case .repeated: throw error("multiple repeat")
                case .repeatable: break
                }
                output += quantifier
                if skip("?") { output += "?" } else if skip("+") { output += "+" }
                item = .repeated
                continue
            }
            position += 1
            switch scalar {
            case "^", "$":
                output.unicodeScalars.append(scalar)
                item = .assertion
            // A comment leaves `item` alone: in `a(?#note)*` the star repeats `a`.
            case "(": item = try group(flags) ? .repeatable : item
            case "[":
                try characterClass(flags)
                item = .repeatable
            case "\\": item = try escape(flags)
            case "{":
                // Escaped: whether PCRE2 takes a brace as a quantifier depends on its version.
                output += "\\{"
                item = .repeatable
            default:
                output.unicodeScalars.append(scalar)
                item = .repeatable
            }
        }
    }

    /// Skips a blank or a comment of a verbose expression.
    private mutating func skipVerbose() -> Bool {
        if skip("#") {
            _ = consume { $0 != "\n" }
            return true
        }
        return !consume { [" ", "\t", "\n", "\r", "\u{B}", "\u{C}"].contains($0) }.isEmpty
    }

    /// A quantifier; a `{` that does not begin one is an ordinary character.
    private mutating func quantifier() throws(RegexError) -> String? {
        for simple in ["*", "+", "?"] where skip(simple) { return simple }
        let start = position
        guard skip("{"), peek != "}" else {
            position = start
            return nil
        }
        let low = consume(Self.isDigit)
        let isRange = skip(",")
        let high = isRange ? consume(Self.isDigit) : low
        guard skip("}"), isRange || !low.isEmpty else {
            position = start
            return nil
        }
        if let lowest = Int(low), let highest = Int(high), highest < lowest {
            throw error("min repeat greater than max repeat")
        }
        // PCRE2 10.42 takes `{,3}` literally, so write the 0 that Python means.
        return isRange ? "{\(low.isEmpty ? "0" : low),\(high)}" : "{\(low)}"
    }

    /// Parses what follows `(`. Returns false for a comment, which cannot be repeated.
    private mutating func group(_ flags: Flags) throws(RegexError) -> Bool {
        guard skip("?") else {
            try body("(", flags, capturing: true)
            return true
        }
        if skip("#") {
            _ = consume { $0 != ")" }
            guard skip(")") else { throw error("missing ), unterminated comment") }
            return false
        }
        for plain in [":", "=", "!", "<=", "<!", ">"] where skip(plain) {
            try body("(?\(plain)", flags)
            return true
        }
        if skip("P<") {
            let name = try groupName(until: ">")
            guard names[name] == nil else { throw error("redefinition of group name '\(name)'") }
            // Named groups become numbered ones: PCRE2's names have at most 32 code units, and
            // nothing asks for a match by name.
            names[name] = closed.count
            try body("(", flags, capturing: true)
            return true
        }
        if skip("P=") {
            let name = try groupName(until: ")")
            guard let number = names[name] else { throw error("unknown group name '\(name)'") }
            try reference(number)
            return true
        }
        if skip("(") {
            let name = consume { $0 != ")" }
            guard skip(")"), !name.isEmpty else { throw error("missing group name") }
            guard let number = names[name] ?? Int(name) else {
                throw error("unknown group name '\(name)'")
            }
            guard number > 0 else { throw error("bad group number") }
            // No `reference`: unlike a backreference, a condition may name a group that is open or
            // follows.
            try body("(?(\(number))", flags)
            return true
        }
        try flagGroup(flags)
        return true
    }

    /// `(?ims-x:...)`
    private mutating func flagGroup(_ outer: Flags) throws(RegexError) {
        var flags = outer
        let on = consume { "aiLmsux".unicodeScalars.contains($0) }
        let off = skip("-") ? consume { "imsx".unicodeScalars.contains($0) } : nil
        if !on.isEmpty, off == nil, peek == ")" {
            throw error("global flags not at the start of the expression")
        }
        guard !(on + (off ?? "")).isEmpty, off?.isEmpty != true, skip(":") else {
            throw error("unknown extension ?\(peek.map(String.init) ?? "")")
        }
        try apply(on, to: &flags)
        try apply(off ?? "", to: &flags, removing: true)
        let known = on.filter { "imsx".contains($0) }
        try body("(?\(known)\(off.map { "-\($0)" } ?? ""):", flags)
    }

    /// Parses the inside of a group and its end.
    private mutating func body(
        _ opening: String, _ flags: Flags, capturing: Bool = false
    ) throws(RegexError) {
        output += opening
        // Taken before the body is parsed: groups are numbered by their opening parentheses.
        let number = closed.count
        if capturing { closed.append(false) }
        try alternatives(flags)
        guard skip(")") else { throw error("missing ), unterminated subpattern") }
        if capturing { closed[number] = true }
        output += ")"
    }

    private mutating func groupName(until end: String) throws(RegexError) -> String {
        let name = consume { String($0) != end && $0 != ")" }
        guard skip(end) else { throw error("missing \(end), unterminated name") }
        let scalars = name.unicodeScalars
        guard let first = scalars.first else { throw error("missing group name") }
        guard first == "_" || first.properties.isXIDStart,
            scalars.allSatisfy({ $0.properties.isXIDContinue })
        else { throw error("bad character in group name '\(name)'") }
        return name
    }

    private mutating func reference(_ number: Int) throws(RegexError) {
        guard number < closed.count else { throw error("invalid group reference \(number)") }
        guard closed[number] else { throw error("cannot refer to an open group") }
        // Not `\1`: a digit that follows would become part of the number.
        output += "\\g{\(number)}"
    }

    // MARK: Escapes and classes

    private mutating func escape(_ flags: Flags) throws(RegexError) -> Item {
        guard let scalar = next() else { throw error("bad escape (end of pattern)") }
        switch scalar {
        case "A":
            output += "\\A"
            return .assertion
        case "Z":
            // In PCRE2, `\Z` also matches before a newline at the end.
            output += "\\z"
            return .assertion
        case "b", "B":
            output += boundary(scalar, flags)
            return .assertion
        case "d", "D", "s", "S", "w", "W":
            output += flags.ascii ? "[\(ASCIIClass.ranges(scalar))]" : "\\\(scalar)"
        case "0":
            emit(value: try octal(first: "0", digits: 2))
        // Python's rule: three octal digits are a character, otherwise one or two digits are a
        // group.
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
        // With UCP, PCRE2's `\b` always uses Unicode's `\w`; spell out the ASCII one.
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
    ) throws(RegexError) -> UInt32 {
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

    /// An escape for one character.
    private mutating func literal(_ scalar: Unicode.Scalar) throws(RegexError) {
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
        // Python reserves the ASCII letters; PCRE2 would give many of them a meaning, e.g. `\K`.
        guard !Self.isLetter(scalar), !Self.isDigit(scalar) else {
            throw error("bad escape \\\(scalar)")
        }
        if scalar.isASCII { output += "\\" }
        output.unicodeScalars.append(scalar)
    }

    /// Parses what follows `[`.
    private mutating func characterClass(_ flags: Flags) throws(RegexError) {
        output += "["
        if skip("^") { output += "^" }
        var isFirst = true
        while let scalar = next() {
            switch scalar {
            // As the first character, `]` is literal, in Python as in PCRE2.
            case "]" where !isFirst:
                output += "]"
                return
            case "\\": try classEscape(flags)
            case "-": output += "-"
            default:
                // In PCRE2, `[` would begin a POSIX class.
                if scalar == "[" || scalar == "]" { output += "\\" }
                output.unicodeScalars.append(scalar)
            }
            isFirst = false
        }
        throw error("unterminated character set")
    }

    private mutating func classEscape(_ flags: Flags) throws(RegexError) {
        guard let scalar = next() else { throw error("unterminated character set") }
        switch scalar {
        case "d", "D", "s", "S", "w", "W":
            output += flags.ascii ? ASCIIClass.ranges(scalar) : "\\\(scalar)"
        case "b": emit(value: 8)
        // In a class there are no group references. `\8` and `\9` are bad escapes.
        case "0"..."7": emit(value: try octal(first: scalar, digits: 2))
        default: try literal(scalar)
        }
    }
}

/// `\d`, `\s`, `\w` and their complements in ASCII, for use inside a class.
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
