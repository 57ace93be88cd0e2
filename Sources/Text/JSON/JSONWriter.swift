extension JSONValue {
    /// Appends the value as the line protocol has it: on one line, in ASCII, `, ` and `: ` between
    /// values. Bytes of the host's that are not UTF-8 become U+FFFD. Stops soon after `bytes` has
    /// more than `limit` elements.
    package func write(to bytes: inout [UInt8], limit: Int = .max) {
        guard bytes.count <= limit else { return }
        switch self {
        case .null: bytes += "null".utf8
        case .bool(let value): bytes += (value ? "true" : "false").utf8
        case .number(let value): bytes += value.utf8
        case .string(let value): writeASCII(value, to: &bytes, limit: limit)
        case .array(let values):
            bytes.append(UInt8(ascii: "["))
            for (index, value) in values.enumerated() {
                guard bytes.count <= limit else { return }
                if index > 0 { bytes += ", ".utf8 }
                value.write(to: &bytes, limit: limit)
            }
            bytes.append(UInt8(ascii: "]"))
        case .object(let members):
            bytes.append(UInt8(ascii: "{"))
            for (index, (name, value)) in members.enumerated() {
                guard bytes.count <= limit else { return }
                if index > 0 { bytes += ", ".utf8 }
                writeASCII(name, to: &bytes)
                bytes += ": ".utf8
                value.write(to: &bytes, limit: limit)
            }
            bytes.append(UInt8(ascii: "}"))
        case .encoded(let source):
            // A client's value, echoed unchanged; only a reply must be ASCII.
            if source.utf8.allSatisfy({ $0 < 0x80 }) {
                bytes += source.utf8
            } else {
                // JSON has characters outside ASCII only in strings, where an escape is the same.
                // UTF-16 units, because JSON writes characters beyond U+FFFF as a surrogate pair.
                for unit in source.utf16 {
                    guard bytes.count <= limit else { return }
                    writeUnit(unit, to: &bytes)
                }
            }
        }
    }

    /// The value as libvirt prints it: on one line without blanks, or with `pretty` indented and
    /// ended by a newline. libvirt 9.0.0: `virJSONValueToString`.
    package func libvirtText(pretty: Bool) -> String {
        var text = ""
        writeLibvirt(to: &text, pretty: pretty, depth: 0)
        return pretty ? text + "\n" : text
    }

    private func writeLibvirt(to text: inout String, pretty: Bool, depth: Int) {
        let indent = pretty ? String(repeating: "  ", count: depth + 1) : ""
        let newline = pretty ? "\n" : ""
        let close = newline + (pretty ? String(repeating: "  ", count: depth) : "")
        switch self {
        case .null: text += "null"
        case .bool(let value): text += value ? "true" : "false"
        case .number(let value), .encoded(let value): text += value
        case .string(let string): text += libvirtQuoted(string)
        case .array(let values):
            text += "[" + newline
            for (index, value) in values.enumerated() {
                if index > 0 { text += "," + newline }
                text += indent
                value.writeLibvirt(to: &text, pretty: pretty, depth: depth + 1)
            }
            text += close + "]"
        case .object(let members):
            text += "{" + newline
            for (index, member) in members.enumerated() {
                if index > 0 { text += "," + newline }
                text += indent + libvirtQuoted(member.name) + (pretty ? ": " : ":")
                member.value.writeLibvirt(to: &text, pretty: pretty, depth: depth + 1)
            }
            text += close + "}"
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

private func writeASCII(_ text: String, to bytes: inout [UInt8], limit: Int = .max) {
    bytes.append(UInt8(ascii: "\""))
    for unit in replacingInvalidBytes(in: text).utf16 {
        guard bytes.count <= limit else { return }
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

private func libvirtQuoted(_ string: String) -> String {
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
        // yajl, which libvirt 9.0.0 uses, writes upper-case digits and leaves DEL alone.
        case "\0"..."\u{1F}":
            let digits = String(scalar.value, radix: 16, uppercase: true)
            text += "\\u00" + (digits.count < 2 ? "0" : "") + digits
        default: text.unicodeScalars.append(scalar)
        }
    }
    return text + "\""
}
