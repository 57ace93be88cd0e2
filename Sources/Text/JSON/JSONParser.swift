/// Parses JSON as RFC 8259 defines it, and nothing else: no comments, no trailing commas, no
/// leading zeros, no byte order mark. Each byte is read once.
package struct JSONParser {
    private let bytes: [UInt8]
    private var position = 0
    private let rules: Rules

    /// What differs between the texts that are parsed.
    package struct Rules: Sendable {
        /// Puts a question mark for `\ud800` without its other half, which no Swift text can
        /// contain, instead of rejecting it.
        let replacesLoneSurrogates: Bool
        /// Accepts numbers that are too large for a `Double`.
        let allowsAnyNumber: Bool
        /// Limits the recursion, so that no text can overflow the stack.
        let maximumDepth: Int

        /// The requests of clients.
        package static let request = Rules(
            replacesLoneSurrogates: false, allowsAnyNumber: false, maximumDepth: 512)
        /// As libvirt's own parser. libvirt 9.0.0: virjson.c.
        package static let libvirt = Rules(
            replacesLoneSurrogates: true, allowsAnyNumber: true, maximumDepth: 200)
    }

    private init(_ text: String, _ rules: Rules) {
        bytes = Array(text.utf8)
        self.rules = rules
    }

    /// The value that a whole text represents; blanks may surround it.
    package static func value(
        of text: String, _ rules: Rules = .request
    ) throws(JSONError) -> JSONValue {
        var parser = JSONParser(text, rules)
        parser.skipBlanks()
        let value = try parser.value(depth: 0)
        try parser.expectEnd()
        return value
    }

    /// The members of the object that a whole text represents, of a repeated name the last; `nil`
    /// if the text is valid JSON but not an object.
    package static func members(of text: String) throws(JSONError) -> [JSONMember]? {
        var parser = JSONParser(text, .request)
        parser.skipBlanks()
        guard parser.peek == UInt8(ascii: "{") else {
            // Parse it anyway: a syntax error is reported before the wrong type.
            _ = try parser.value(depth: 0)
            try parser.expectEnd()
            return nil
        }
        var members: [JSONMember?] = []
        var indices: [String: Int] = [:]
        try parser.forEachMember { (name, parser) throws(JSONError) in
            let start = parser.position
            // Depth 1: the object itself is level 0.
            let value = try parser.value(depth: 1)
            let source = String(decoding: parser.bytes[start..<parser.position], as: UTF8.self)
            // Most JSON parsers keep the last of two members with the same name.
            if let earlier = indices.updateValue(members.count, forKey: name) {
                members[earlier] = nil
            }
            members.append(JSONMember(name: name, value: value, source: source))
        }
        try parser.expectEnd()
        return members.compactMap { $0 }
    }

    // MARK: Structure

    private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipBlanks() {
        while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
            position += 1
        }
    }

    private mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard peek == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private func error(_ what: String) -> JSONError {
        JSONError(message: "\(what) at byte \(position)")
    }

    private mutating func expectEnd() throws(JSONError) {
        skipBlanks()
        guard position == bytes.count else { throw error("unexpected text after the value") }
    }

    private mutating func value(depth: Int) throws(JSONError) -> JSONValue {
        guard depth < rules.maximumDepth else {
            throw error("more than \(rules.maximumDepth) nested levels")
        }
        switch peek {
        case UInt8(ascii: "{"):
            var members: [(name: String, value: JSONValue)] = []
            try forEachMember { (name, parser) throws(JSONError) in
                members.append((name, try parser.value(depth: depth + 1)))
            }
            return .object(members)
        case UInt8(ascii: "["): return .array(try elements(depth: depth))
        case UInt8(ascii: "\""): return .string(try string())
        case let byte? where byte == UInt8(ascii: "-") || (0x30...0x39).contains(byte):
            return try number()
        case nil: throw error("unexpected end of the text")
        default: return try word()
        }
    }

    /// `member` parses the value of the member whose name it gets.
    private mutating func forEachMember(
        _ member: (_ name: String, inout JSONParser) throws(JSONError) -> Void
    ) throws(JSONError) {
        // The caller has seen the brace with `peek`.
        position += 1  // {
        skipBlanks()
        if skip("}") { return }
        while true {
            guard peek == UInt8(ascii: "\"") else { throw error("expected a member name") }
            let name = try string()
            skipBlanks()
            guard skip(":") else { throw error("expected ':' after a member name") }
            skipBlanks()
            try member(name, &self)
            skipBlanks()
            guard skip(",") else { break }
            skipBlanks()
            if peek == UInt8(ascii: "}") { throw error("expected a member after the comma") }
        }
        guard skip("}") else { throw error("expected ',' or '}' after a member") }
    }

    private mutating func elements(depth: Int) throws(JSONError) -> [JSONValue] {
        position += 1  // [
        skipBlanks()
        if skip("]") { return [] }
        var values: [JSONValue] = []
        while true {
            values.append(try value(depth: depth + 1))
            skipBlanks()
            guard skip(",") else { break }
            skipBlanks()
            if peek == UInt8(ascii: "]") { throw error("expected a value after the comma") }
        }
        guard skip("]") else { throw error("expected ',' or ']' after a value") }
        return values
    }

    private mutating func word() throws(JSONError) -> JSONValue {
        let words: [(StaticString, JSONValue)] = [
            ("true", .bool(true)), ("false", .bool(false)), ("null", .null),
        ]
        for (word, value) in words {
            let letters = word.description.utf8
            let end = position + letters.count
            // A letter may not follow: `nullx` is not a value.
            if bytes[position...].starts(with: letters),
                end == bytes.count || !Self.isLetter(bytes[end])
            {
                position = end
                return value
            }
        }
        throw error("expected a value")
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }

    // MARK: Numbers

    private mutating func number() throws(JSONError) -> JSONValue {
        let start = position
        _ = skip("-")
        let isZero = peek == UInt8(ascii: "0")
        // After a mistake, scan to the end of the number: the error shows all of it.
        let digits = skipDigits()
        var isValid = digits > 0 && (digits == 1 || !isZero)
        if skip(".") { isValid = skipDigits() > 0 && isValid }
        if skip("e") || skip("E") {
            if !skip("+") { _ = skip("-") }
            isValid = skipDigits() > 0 && isValid
        }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        guard isValid else { throw error("'\(text)' is not a number") }
        // The text is kept, but a body may convert it later: infinity must not get that far.
        guard rules.allowsAnyNumber || Double(text)?.isFinite == true else {
            throw error("the number \(text.prefix(40)) is too large")
        }
        return .number(text)
    }

    private mutating func skipDigits() -> Int {
        let start = position
        while let byte = peek, (0x30...0x39).contains(byte) { position += 1 }
        return position - start
    }

    // MARK: Strings

    private mutating func string() throws(JSONError) -> String {
        position += 1  // "
        var start = position
        var text = ""
        // The bytes between two escapes are copied at once. They are UTF-8, as the whole text is.
        while let byte = peek {
            switch byte {
            case UInt8(ascii: "\""):
                let rest = String(decoding: bytes[start..<position], as: UTF8.self)
                position += 1
                return text.isEmpty ? rest : text + rest
            case UInt8(ascii: "\\"):
                text += String(decoding: bytes[start..<position], as: UTF8.self)
                position += 1
                text.unicodeScalars.append(try escape())
                start = position
            // RFC 8259, section 7: these must be written as escapes.
            case ..<0x20: throw error("control character in a string")
            default: position += 1
            }
        }
        throw error("unterminated string")
    }

    private mutating func escape() throws(JSONError) -> Unicode.Scalar {
        guard let byte = peek else { throw error("unterminated string") }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"):
            return Unicode.Scalar(byte)
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return try unicodeEscape()
        default: throw error("unknown escape")
        }
    }

    private mutating func unicodeEscape() throws(JSONError) -> Unicode.Scalar {
        let unit = try fourDigits()
        // Fails for the surrogates, U+D800 to U+DFFF, only.
        if let scalar = Unicode.Scalar(unit) { return scalar }
        if 0xD800...0xDBFF ~= unit, bytes[position...].starts(with: "\\u".utf8) {
            position += 2
            let low = try fourDigits()
            if 0xDC00...0xDFFF ~= low {
                let value = 0x10000 + (UInt32(unit) - 0xD800) << 10 + (UInt32(low) - 0xDC00)
                // Never nil: the value is between U+10000 and U+10FFFF.
                return Unicode.Scalar(value) ?? "?"
            }
        }
        guard rules.replacesLoneSurrogates else { throw error("half of a surrogate pair") }
        return "?"
    }

    private mutating func fourDigits() throws(JSONError) -> UInt16 {
        let digits = bytes[position...].prefix(4)
        // Check the digits first: `UInt16(_:radix:)` would also accept a sign.
        guard digits.count == 4, digits.allSatisfy(Self.isHexDigit),
            let unit = UInt16(String(decoding: digits, as: UTF8.self), radix: 16)
        else { throw error("expected four hexadecimal digits after \\u") }
        position += 4
        return unit
    }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte | 0x20)
    }
}
