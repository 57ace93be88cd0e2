import FoundationEssentials

/// One member of a request's object.
package struct Member: Sendable {
    package let name: String
    package let value: JSONValue
    /// The value's JSON text as the client wrote it.
    package let text: Substring

    var isNull: Bool {
        guard case .null = value else { return false }
        return true
    }
}

/// A line that is no request, and what would be one.
struct NotARequest: Error {
    let message: String
}

/// The object that one line holds.
struct RequestObject {
    /// In the order of the line; of two with one name, the last.
    let members: [Member]

    init(line: some Collection<UInt8>) throws(NotARequest) {
        guard let text = String(validating: line, as: UTF8.self) else {
            throw NotARequest(message: "the line is not UTF-8")
        }
        // FoundationEssentials would skip it.
        guard text.utf8.first != 0xEF || !text.utf8.starts(with: "\u{FEFF}".utf8) else {
            throw NotARequest(message: "the line is no JSON: it begins with a byte order mark")
        }
        let values: [String: JSONValue]
        do {
            let value = try JSONDecoder().decode(JSONValue.self, from: Data(line))
            guard case .object(let members) = value else {
                throw NotARequest(message: "the line is JSON, but no object")
            }
            values = members
        } catch let error as NotARequest {
            throw error
        } catch {
            throw NotARequest(message: "the line is no JSON\(reason(of: error))")
        }
        var scanner = Scanner(text: text)
        var members: [Member?] = []
        var places: [String: Int] = [:]
        for (name, text) in try scanner.topLevelMembers() {
            guard var value = values[name] else { continue }
            if let earlier = places.updateValue(members.count, forKey: name) {
                // The decoder keeps the first of two; what is echoed must be what is meant.
                members[earlier] = nil
                value = try decoded(text)
            }
            members.append(Member(name: name, value: value, text: text))
        }
        self.members = members.compactMap { $0 }
    }

    subscript(name: String) -> Member? { members.last { $0.name == name } }
}

private func decoded(_ text: Substring) throws(NotARequest) -> JSONValue {
    do { return try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8)) } catch {
        throw NotARequest(message: "the line is no JSON\(reason(of: error))")
    }
}

/// What FoundationEssentials says is wrong, behind a colon; nothing where it says no more than that.
private func reason(of error: any Error) -> String {
    guard case DecodingError.dataCorrupted(let context) = error else {
        return ": a number in it is too large, or a string has half of a surrogate pair"
    }
    var text = context.underlyingError.map { "\($0)" } ?? context.debugDescription
    while text.last == "." { text.removeLast() }
    return text.hasSuffix("not valid JSON") ? "" : ": \(text)"
}

/// Finds where the members of an object stand in a text that is JSON already, and refuses the two
/// things that FoundationEssentials lets pass: a comma before a bracket, and a number that is none.
private struct Scanner {
    private let bytes: Substring.UTF8View
    private var position: String.Index
    private let text: String

    init(text: String) {
        self.text = text
        bytes = text[...].utf8
        position = text.startIndex
    }

    private var peek: UInt8? { position < bytes.endIndex ? bytes[position] : nil }

    private mutating func advance() { position = bytes.index(after: position) }

    private mutating func skipBlanks() {
        while let byte = peek, [0x20, 0x09, 0x0A, 0x0D].contains(byte) { advance() }
    }

    mutating func topLevelMembers() throws(NotARequest) -> [(String, Substring)] {
        var members: [(String, Substring)] = []
        skipBlanks()
        advance()  // {
        skipBlanks()
        while let byte = peek, byte != UInt8(ascii: "}") {
            let name = try value()
            skipBlanks()
            advance()  // :
            skipBlanks()
            let value = try value()
            members.append((unescaped(name), value))
            skipBlanks()
            try skipComma()
        }
        return members
    }

    /// A comma, which another value must follow.
    private mutating func skipComma() throws(NotARequest) {
        guard peek == UInt8(ascii: ",") else { return }
        advance()
        skipBlanks()
        if peek == UInt8(ascii: "}") || peek == UInt8(ascii: "]") {
            throw NotARequest(message: "the line is no JSON: nothing follows a comma")
        }
    }

    /// The text of the value that begins here.
    private mutating func value() throws(NotARequest) -> Substring {
        let start = position
        var depth = 0
        repeat {
            switch peek {
            case nil: return text[start..<position]
            case UInt8(ascii: "\""): skipString()
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                advance()
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                advance()
            case UInt8(ascii: ","): try skipComma()
            case let byte? where byte == UInt8(ascii: "-") || isDigit(byte): try skipNumber()
            case let byte? where isLetter(byte):  // true, false, null
                while let byte = peek, isLetter(byte) { advance() }
            default: advance()  // a blank or a colon
            }
        } while depth > 0
        return text[start..<position]
    }

    private func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
    }

    private func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    private mutating func skipString() {
        advance()
        while let byte = peek, byte != UInt8(ascii: "\"") {
            if byte == UInt8(ascii: "\\") { advance() }
            advance()
        }
        advance()
    }

    private mutating func skipDigits() -> Int {
        var count = 0
        while let byte = peek, isDigit(byte) {
            advance()
            count += 1
        }
        return count
    }

    private mutating func skip(_ bytes: String) -> Bool {
        guard let byte = peek, bytes.utf8.contains(byte) else { return false }
        advance()
        return true
    }

    private mutating func skipNumber() throws(NotARequest) {
        let start = position
        _ = skip("-")
        let leading = peek
        let digits = skipDigits()
        var isNumber = digits > 0 && (digits == 1 || leading != UInt8(ascii: "0"))
        if skip(".") { isNumber = skipDigits() > 0 && isNumber }
        if skip("eE") {
            _ = skip("+-")
            isNumber = skipDigits() > 0 && isNumber
        }
        guard isNumber else {
            throw NotARequest(
                message: "the line is no JSON: '\(text[start..<position])' is no number")
        }
    }

    /// A name without its quotation marks and escapes.
    private func unescaped(_ quoted: Substring) -> String {
        guard quoted.utf8.contains(UInt8(ascii: "\\")) else {
            return String(quoted.dropFirst().dropLast())
        }
        do {
            return try JSONDecoder().decode(String.self, from: Data(quoted.utf8))
        } catch { return String(quoted) }
    }
}
