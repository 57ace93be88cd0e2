/// A random UUID, version 4.
package func randomUUID() -> String {
    var bytes = (0..<16).map { _ in UInt8.random(in: 0...255) }
    // The version and variant bits of RFC 4122.
    bytes[6] = bytes[6] & 0x0F | 0x40
    bytes[8] = bytes[8] & 0x3F | 0x80
    let groups = [0..<4, 4..<6, 6..<8, 8..<10, 10..<16]
    return groups.map { hexadecimal(bytes[$0]) }.joined(separator: "-")
}

/// Two hexadecimal digits for each byte.
package func hexadecimal(_ bytes: ArraySlice<UInt8>, separator: String = "") -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: separator)
}
