private let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

/// Encodes bytes in base64, without line breaks. GLib: `g_base64_encode`.
func base64(_ bytes: [UInt8]) -> String {
    var text: [UInt8] = []
    for start in stride(from: 0, to: bytes.count, by: 3) {
        let group = bytes[start..<min(start + 3, bytes.count)]
        let bits = (0..<3).reduce(UInt32(0)) { bits, index in
            bits << 8 | (index < group.count ? UInt32(group[start + index]) : 0)
        }
        // Four digits of six bits each. `=` replaces the digits without input: one byte fills two.
        for index in 0..<4 {
            let digit = digits[Int(bits >> UInt32(18 - 6 * index) & 63)]
            text.append(index <= group.count ? digit : UInt8(ascii: "="))
        }
    }
    return String(decoding: text, as: UTF8.self)
}

/// Decodes base64. Characters that are not digits are skipped, and so is an incomplete group of
/// four digits at the end. GLib: `g_base64_decode`.
func bytes(ofBase64 text: [UInt8]) -> [UInt8] {
    var bytes: [UInt8] = []
    var group: [UInt8] = []
    for byte in text.prefix(while: { $0 != 0 }) {
        // A `=` counts as a digit 0, and GLib accepts it anywhere.
        guard byte == UInt8(ascii: "=") || digits.contains(byte) else { continue }
        group.append(byte)
        guard group.count == 4 else { continue }
        let bits = group.reduce(UInt32(0)) { $0 << 6 | UInt32(digits.firstIndex(of: $1) ?? 0) }
        bytes.append(UInt8(bits >> 16 & 0xFF))
        if group[2] != UInt8(ascii: "=") { bytes.append(UInt8(bits >> 8 & 0xFF)) }
        if group[3] != UInt8(ascii: "=") { bytes.append(UInt8(bits & 0xFF)) }
        group = []
    }
    return bytes
}
