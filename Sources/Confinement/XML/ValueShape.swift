/// The form that values of a kind have, without questions about the host.
extension ValueKind {
    /// The value as it is written anew, normalized; `nil` if its form is wrong.
    func normalized(_ value: String) -> String? {
        if case .text = self {
            let isText =
                value.utf8.count <= 1024
                && value.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
            return isText ? value : nil
        }
        let value = value.trimmingXMLBlanks
        switch self {
        case .text: return nil
        case .words(let words): return words.contains(value) ? value : nil
        case .number, .memory, .vcpus:
            // libvirt's sizes are signed, so a size in bytes has up to 19 digits.
            guard (1...19).contains(value.utf8.count), value.utf8.allSatisfy(\.isDigit) else {
                return nil
            }
            return Int64(value).map { "\($0)" }
        case .hostPort:
            guard let port = UInt16(value), port > 0, value.utf8.allSatisfy(\.isDigit) else {
                return nil
            }
            return "\(port)"
        case .token: return value.isToken ? value : nil
        // It becomes the name of a file.
        case .name: return value.isToken && value != "." && value != ".." ? value : nil
        case .pool, .volume, .network, .hostAddress: return value.isPlain(255) ? value : nil
        case .volumePath: return value.isPlain(1023) && value.hasPrefix("/") ? value : nil
        case .uuid: return normalizedUUID(value)
        case .mac: return normalizedMAC(value)
        case .below(let folders):
            let isBelow = folders.contains { value.hasPrefix($0) } && !value.contains("/../")
            return isBelow && value.isPlain(1023) ? value : nil
        }
    }

    /// What a right value looks like, for messages.
    var rule: String {
        switch self {
        case .words(let words) where words.count == 1: "must be \(words[0])"
        case .words(let words): "must be one of \(words.joined(separator: ", "))"
        case .number, .memory, .vcpus: "must be a number below 2^63"
        case .token: "must have 1 to 64 characters of A-Z a-z 0-9 . _ + -"
        case .name: "must have 1 to 64 characters of A-Z a-z 0-9 . _ + -, and not be . or .."
        case .text: "must have at most 1024 bytes and no control characters"
        case .uuid: "must be a UUID"
        case .mac: "must begin with 52:54:00 and have six pairs of hexadecimal digits"
        case .hostPort: "must be a port from 1 to 65535"
        case .volumePath: "must be the absolute path of a volume"
        case .pool, .volume, .network, .hostAddress:
            "must have 1 to 255 bytes and no control characters"
        case .below: "must be as libvirt sets it"
        }
    }
}

/// A UUID in lower case with dashes; without dashes it is accepted, too.
private func normalizedUUID(_ value: String) -> String? {
    let bytes = Array(value.utf8)
    let dashes = [8, 13, 18, 23]
    let hasDashes = bytes.count == 36 && dashes.allSatisfy { bytes[$0] == UInt8(ascii: "-") }
    guard hasDashes || bytes.count == 32 else { return nil }
    let digits = hasDashes ? value.replacing("-", with: "") : value
    guard digits.utf8.count == 32, digits.utf8.allSatisfy(\.isHexDigit) else { return nil }
    let lowercase = Array(digits.lowercased())
    return [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { String(lowercase[$0]) }
        .joined(separator: "-")
}

private func normalizedMAC(_ value: String) -> String? {
    let value = value.lowercased()
    let pairs = value.split(separator: ":", omittingEmptySubsequences: false)
    let isMAC =
        pairs.count == 6
        && pairs.allSatisfy { $0.utf8.count == 2 && $0.utf8.allSatisfy(\.isHexDigit) }
    return isMAC && value.hasPrefix("52:54:00:") ? value : nil
}

extension String {
    fileprivate var isToken: Bool {
        (1...64).contains(utf8.count)
            && utf8.allSatisfy {
                $0.isDigit || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0 | 0x20)
                    || "._+-".utf8.contains($0)
            }
    }

    fileprivate func isPlain(_ maximumBytes: Int) -> Bool {
        (1...maximumBytes).contains(utf8.count)
            && unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
    }

    /// Without the white space of XML at both ends.
    var trimmingXMLBlanks: String {
        let isBlank: (UInt8) -> Bool = { " \t\r\n".utf8.contains($0) }
        let start = utf8.drop(while: isBlank)
        guard let last = start.lastIndex(where: { !isBlank($0) }) else { return "" }
        return String(Substring(start[...last]))
    }
}

extension UInt8 {
    fileprivate var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
    fileprivate var isHexDigit: Bool {
        isDigit || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(self | 0x20)
    }
}
