/// JSON as libvirt stores it: members keep their order, numbers keep their text.
/// libvirt 9.0.0: virjson.c.
indirect enum JSONValue {
    case object([(name: String, value: JSONValue)])
    case array([JSONValue])
    case string(String)
    /// The text of a number, or `true`, `false` or `null`.
    case word(String)

    /// Parses JSON; `nil` if `text` is malformed.
    init?(parsing text: String) {
        var parser = JSONParser(rest: text.unicodeScalars[...])
        guard let value = parser.value(depth: 0) else { return nil }
        parser.skipBlanks()
        guard parser.rest.isEmpty else { return nil }
        self = value
    }

    subscript(name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.name == name }?.value
    }

    /// The JSON on one line, or with `pretty` on indented lines with a newline at the end.
    /// libvirt 9.0.0: `virJSONValueToString`.
    func text(pretty: Bool) -> String {
        var text = ""
        write(to: &text, pretty: pretty, depth: 0)
        return pretty ? text + "\n" : text
    }

    private func write(to text: inout String, pretty: Bool, depth: Int) {
        let indent = pretty ? String(repeating: "  ", count: depth + 1) : ""
        let newline = pretty ? "\n" : ""
        let close = newline + (pretty ? String(repeating: "  ", count: depth) : "")
        switch self {
        case .word(let word): text += word
        case .string(let string): text += Self.quoted(string)
        case .array(let values):
            text += "[" + newline
            for (index, value) in values.enumerated() {
                if index > 0 { text += "," + newline }
                text += indent
                value.write(to: &text, pretty: pretty, depth: depth + 1)
            }
            text += close + "]"
        case .object(let members):
            text += "{" + newline
            for (index, member) in members.enumerated() {
                if index > 0 { text += "," + newline }
                text += indent + Self.quoted(member.name) + (pretty ? ": " : ":")
                member.value.write(to: &text, pretty: pretty, depth: depth + 1)
            }
            text += close + "}"
        }
    }

    private static func quoted(_ string: String) -> String {
        var text = "\""
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\u{8}": text += "\\b"
            case "\u{C}": text += "\\f"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case "\0"..."\u{1F}":
                let digits = String(scalar.value, radix: 16, uppercase: true)
                text += "\\u00" + (digits.count < 2 ? "0" : "") + digits
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text + "\""
    }
}

private struct JSONParser {
    var rest: Substring.UnicodeScalarView

    mutating func skipBlanks() {
        rest = rest.drop { " \t\n\r".unicodeScalars.contains($0) }
    }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        skipBlanks()
        guard rest.first == scalar else { return false }
        rest.removeFirst()
        return true
    }

    mutating func value(depth: Int) -> JSONValue? {
        guard depth < 200 else { return nil }
        skipBlanks()
        switch rest.first {
        case "{": return object(depth: depth)
        case "[": return array(depth: depth)
        case "\"": return string().map { .string($0) }
        default: return word()
        }
    }

    private mutating func object(depth: Int) -> JSONValue? {
        rest.removeFirst()
        var members: [(name: String, value: JSONValue)] = []
        if take("}") { return .object(members) }
        repeat {
            skipBlanks()
            guard rest.first == "\"", let name = string(), take(":"),
                let value = value(depth: depth + 1)
            else { return nil }
            members.append((name, value))
        } while take(",")
        return take("}") ? .object(members) : nil
    }

    private mutating func array(depth: Int) -> JSONValue? {
        rest.removeFirst()
        var values: [JSONValue] = []
        if take("]") { return .array(values) }
        repeat {
            guard let value = value(depth: depth + 1) else { return nil }
            values.append(value)
        } while take(",")
        return take("]") ? .array(values) : nil
    }

    private mutating func string() -> String? {
        rest.removeFirst()
        var string = String.UnicodeScalarView()
        while let scalar = rest.popFirst() {
            switch scalar {
            case "\"": return String(string)
            case "\\":
                guard let escaped = escaped() else { return nil }
                string.append(escaped)
            case "\0"..."\u{1F}": return nil
            default: string.append(scalar)
            }
        }
        return nil
    }

    private mutating func escaped() -> Unicode.Scalar? {
        switch rest.popFirst() {
        case "\"": "\""
        case "\\": "\\"
        case "/": "/"
        case "b": "\u{8}"
        case "f": "\u{C}"
        case "n": "\n"
        case "r": "\r"
        case "t": "\t"
        case "u": unicode()
        default: nil
        }
    }

    private mutating func unicode() -> Unicode.Scalar? {
        guard let high = fourDigits() else { return nil }
        guard 0xD800...0xDBFF ~= high else { return Unicode.Scalar(high) ?? "?" }
        guard rest.starts(with: "\\u".unicodeScalars) else { return "?" }
        rest.removeFirst(2)
        guard let low = fourDigits() else { return nil }
        guard 0xDC00...0xDFFF ~= low else { return "?" }
        return Unicode.Scalar(0x10000 + (high - 0xD800) << 10 + (low - 0xDC00))
    }

    private mutating func fourDigits() -> UInt32? {
        let digits = String(rest.prefix(4))
        guard digits.utf8.count == 4, !digits.hasPrefix("+"), !digits.hasPrefix("-") else {
            return nil
        }
        rest.removeFirst(4)
        return UInt32(digits, radix: 16)
    }

    private mutating func word() -> JSONValue? {
        let word = String(
            rest.prefix {
                $0.isASCII
                    && ($0.properties.isAlphabetic || "+-.0123456789".unicodeScalars.contains($0))
            })
        rest = rest.dropFirst(word.unicodeScalars.count)
        if ["true", "false", "null"].contains(word) { return .word(word) }
        guard word.wholeMatch(of: /-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?/) != nil else {
            return nil
        }
        return .word(word)
    }
}
