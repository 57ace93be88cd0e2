import FoundationEssentials
import Host

/// A JSON value as a request brings it.
package enum JSONValue: Decodable, Sendable {
    case null
    case bool(Bool)
    /// A number; its digits stand in `Member.text`, since no type of ours holds them all.
    case number
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        func attempt<Value: Decodable>(_ type: Value.Type) -> Value? {
            do { return try container.decode(type) } catch { return nil }
        }
        if let string = attempt(String.self) {
            self = .string(string)
        } else if container.decodeNil() {
            self = .null
        } else if let bool = attempt(Bool.self) {
            self = .bool(bool)
        } else if let array = attempt([JSONValue].self) {
            self = .array(array)
        } else if let object = attempt([String: JSONValue].self) {
            self = .object(object)
        } else {
            _ = try container.decode(Double.self)
            self = .number
        }
    }
}

/// A JSON value as a reply has it.
package indirect enum JSONOutput: Sendable {
    case null
    case bool(Bool)
    case integer(Int64)
    /// A time, written to the millisecond.
    case seconds(Double)
    /// Any number, by its digits.
    case digits(String)
    case string(String)
    case array([JSONOutput])
    /// In the order of writing.
    case object([(String, JSONOutput)])
    /// A value of the request's, as it came.
    case echo(Member)

    /// Appends the value's text, in ASCII.
    func write(to bytes: inout [UInt8]) {
        switch self {
        case .null: bytes += "null".utf8
        case .digits(let value): bytes += value.utf8
        case .seconds(let value): bytes += fixed(value, 3).utf8
        case .bool(let value): bytes += (value ? "true" : "false").utf8
        case .integer(let value): bytes += String(value).utf8
        case .string(let value): writeString(value, to: &bytes)
        case .array(let values):
            bytes.append(UInt8(ascii: "["))
            for (index, value) in values.enumerated() {
                if index > 0 { bytes += ", ".utf8 }
                value.write(to: &bytes)
            }
            bytes.append(UInt8(ascii: "]"))
        case .object(let members):
            bytes.append(UInt8(ascii: "{"))
            for (index, (name, value)) in members.enumerated() {
                if index > 0 { bytes += ", ".utf8 }
                writeString(name, to: &bytes)
                bytes += ": ".utf8
                value.write(to: &bytes)
            }
            bytes.append(UInt8(ascii: "}"))
        case .echo(let member):
            if member.text.utf8.allSatisfy({ $0 < 0x80 }) {
                bytes += member.text.utf8
            } else {
                // Outside of ASCII there is text only inside of strings.
                for unit in member.text.utf16 { writeUnit(unit, to: &bytes) }
            }
        }
    }
}

private func writeUnit(_ unit: UInt16, to bytes: inout [UInt8]) {
    if unit < 0x80 {
        bytes.append(UInt8(unit))
    } else {
        let digits = String(unit, radix: 16)
        bytes += "\\u".utf8
        bytes += repeatElement(UInt8(ascii: "0"), count: 4 - digits.utf8.count)
        bytes += digits.utf8
    }
}

private func writeString(_ text: String, to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\""))
    for unit in presentable(text).utf16 {
        switch unit {
        case 0x22: bytes += "\\\"".utf8
        case 0x5C: bytes += "\\\\".utf8
        case 0x0A: bytes += "\\n".utf8
        case 0x0D: bytes += "\\r".utf8
        case 0x09: bytes += "\\t".utf8
        case ..<0x20:
            bytes += (unit < 16 ? "\\u000" : "\\u00").utf8
            bytes += String(unit, radix: 16).utf8
        default: writeUnit(unit, to: &bytes)
        }
    }
    bytes.append(UInt8(ascii: "\""))
}

/// Text in which bytes of the host's that are no UTF-8 became U+FFFD; see `String(libvirt:)`.
func presentable(_ text: String) -> String {
    // The first byte of all characters of the last plane, where those bytes are kept.
    guard text.utf8.contains(0xF4) else { return text }
    return text.unicodeScalars.reduce(into: "") { text, scalar in
        text.unicodeScalars.append(scalar.value >= 0x10FF00 ? "\u{FFFD}" : scalar)
    }
}
