import Libvirt

// The numbers that virsh accepts: decimal, after optional blanks and a sign, with nothing after
// them.
// libvirt 9.0.0: virstring.c, virutil.c; virsh 9.0.0: vsh.c.

/// The longest number at the start of `text`, as C's `strtol` finds it: its sign, its magnitude and
/// the text after it; `nil` if there is no number or it needs more than 64 bits.
private func leadingNumber(
    _ text: String
) -> (isNegative: Bool, magnitude: UInt64, rest: Substring)? {
    let blanks: Set<Unicode.Scalar> = [" ", "\t", "\n", "\u{B}", "\u{C}", "\r"]
    var rest = text.unicodeScalars.drop { blanks.contains($0) }
    let sign = rest.first.flatMap { "+-".unicodeScalars.contains($0) ? $0 : nil }
    if sign != nil { rest.removeFirst() }
    let digits = rest.prefix { ("0"..."9").contains($0) }
    guard let magnitude = UInt64(String(digits)) else { return nil }
    return (sign == "-", magnitude, Substring(rest[digits.endIndex...]))
}

/// A signed number of at most 64 bits that is the whole of `text`. libvirt: `virStrToLong_ll`.
func signedNumber(_ text: String) -> Int64? {
    guard let (isNegative, magnitude, rest) = leadingNumber(text), rest.isEmpty else { return nil }
    guard isNegative else { return Int64(exactly: magnitude) }
    // The magnitude of Int64.min does not fit in an Int64, so negate with wrapping.
    return magnitude <= Int64.min.magnitude ? 0 &- Int64(truncatingIfNeeded: magnitude) : nil
}

/// A signed number at the start of `text`, and the text after it.
func leadingSigned(_ text: String) -> (value: Int64, rest: String)? {
    guard let (isNegative, magnitude, rest) = leadingNumber(text) else { return nil }
    let value =
        isNegative
        ? (magnitude <= Int64.min.magnitude ? 0 &- Int64(truncatingIfNeeded: magnitude) : nil)
        : Int64(exactly: magnitude)
    return value.map { ($0, String(rest)) }
}

/// A number that is the whole of `text`: hexadecimal after `0x`, octal after `0`, else decimal.
/// libvirt: `virStrToLong_ll` with base 0.
func number(inAnyBase text: String) -> Int64? {
    let blanks: Set<Unicode.Scalar> = [" ", "\t", "\n", "\u{B}", "\u{C}", "\r"]
    var rest = Substring(text.unicodeScalars.drop { blanks.contains($0) })
    let isNegative = rest.hasPrefix("-")
    if isNegative || rest.hasPrefix("+") { rest.removeFirst() }
    var base = 10
    if rest.lowercased().hasPrefix("0x") {
        base = 16
        rest.removeFirst(2)
    } else if rest.hasPrefix("0"), rest.count > 1 {
        base = 8
        rest.removeFirst()
    }
    // `Int64(_:radix:)` would accept a second sign.
    guard let first = rest.utf8.first, !"+-".utf8.contains(first) else { return nil }
    return Int64((isNegative ? "-" : "") + rest, radix: base)
}

/// An unsigned number at the start of `text`, and the text after it. A negative number wraps around
/// if `wraps`; otherwise the result is `nil`. libvirt: `virStrToLong_ull`, `virStrToLong_ullp`.
func leadingUnsigned(_ text: String, wraps: Bool = false) -> (value: UInt64, rest: String)? {
    guard let (isNegative, magnitude, rest) = leadingNumber(text), wraps || !isNegative else {
        return nil
    }
    return (isNegative ? 0 &- magnitude : magnitude, String(rest))
}

/// An unsigned number that is the whole of `text`; `wraps` as in `leadingUnsigned`.
func unsignedNumber(_ text: String, wraps: Bool = false) -> UInt64? {
    guard let (value, rest) = leadingUnsigned(text, wraps: wraps), rest.isEmpty else { return nil }
    return value
}

private func malformed(_ word: String, _ option: Option) -> CommandFailure {
    CommandFailure(
        "Numeric value '\(word)' for <\(option.name)> option is malformed or out of range")
}

extension Conversion where Value == Int32 {
    /// virsh 9.0.0: `vshCommandOptInt`.
    package static let int32 = Conversion { word, option in
        guard let value = signedNumber(word).flatMap({ Int32(exactly: $0) }) else {
            throw malformed(word, option)
        }
        return value
    }
}

extension Conversion where Value == Int64 {
    /// virsh 9.0.0: `vshCommandOptLongLong`.
    package static let int64 = Conversion { word, option in
        guard let value = signedNumber(word) else { throw malformed(word, option) }
        return value
    }
}

extension Conversion where Value == UInt32 {
    /// virsh 9.0.0: `vshCommandOptUInt`.
    package static let uint32 = Conversion { word, option in
        guard let value = unsignedNumber(word).flatMap({ UInt32(exactly: $0) }) else {
            throw malformed(word, option)
        }
        return value
    }

    /// A negative number wraps around: -1 is the maximum. virsh 9.0.0: `vshCommandOptUIntWrap`.
    package static let uint32Wrapping = Conversion { word, option in
        guard let value = unsignedNumber(word, wraps: true) else { throw malformed(word, option) }
        let high = value >> 32
        // libvirt accepts a number that fits in 32 bits, either unsigned or signed.
        guard high == 0 || (high == 0xFFFF_FFFF && value & 0x8000_0000 != 0) else {
            throw malformed(word, option)
        }
        return UInt32(truncatingIfNeeded: value)
    }
}

extension Conversion where Value == UInt64 {
    /// virsh 9.0.0: `vshCommandOptULongLong`, `vshCommandOptUL`.
    package static let uint64 = uint64(max: .max)

    /// A number that is not greater than `max`.
    static func uint64(max: UInt64) -> Conversion {
        Conversion { word, option in
            guard let value = unsignedNumber(word), value <= max else {
                throw malformed(word, option)
            }
            return value
        }
    }

    /// A negative number wraps around: -1 is the maximum.
    /// virsh 9.0.0: `vshCommandOptULongLongWrap`.
    package static let uint64Wrapping = Conversion { word, option in
        guard let value = unsignedNumber(word, wraps: true) else { throw malformed(word, option) }
        return value
    }

    /// A size with an optional suffix (`10G`, `5MB`, `1KiB`); without one, `unit` is the factor.
    /// virsh 9.0.0: `vshCommandOptScaledInt`.
    package static func scaled(_ unit: UInt64, max: UInt64 = UInt64.max) -> Conversion {
        Conversion { word, option in
            guard let (value, suffix) = leadingUnsigned(word),
                let scaled = scaledNumber(value, suffix: suffix, unit: unit, max: max)
            else {
                throw CommandFailure(
                    "Scaled numeric value '\(word)' for <\(option.name)> option is malformed or "
                        + "out of range")
            }
            return scaled
        }
    }
}

/// `value` times the factor of its suffix, or times `unit` without a suffix; `nil` if the suffix is
/// unknown or the product exceeds `max`, after a report of libvirt's error.
/// libvirt 9.0.0: `virScaleInteger`.
func scaledNumber(_ value: UInt64, suffix: String, unit: UInt64, max: UInt64) -> UInt64? {
    // `k` and `KiB` are powers of 1024, `KB` is a power of 1000.
    let lower = suffix.lowercased()
    var scale = unit
    if ["b", "byte", "bytes"].contains(lower) {
        scale = 1
    } else if let letter = lower.first {
        let power = ["k", "m", "g", "t", "p", "e"].firstIndex(of: letter)
        let base: UInt64? =
            switch lower.dropFirst() {
            case "", "ib": 1024
            case "b": 1000
            default: nil
            }
        guard let power, let base else {
            LibvirtError(
                code: .invalidArgument, message: "invalid argument: unknown suffix '\(suffix)'"
            ).report()
            return nil
        }
        scale = (0...power).reduce(1) { product, _ in product * base }
    }
    guard value == 0 || value <= max / scale else {
        LibvirtError(
            code: .overflow, message: "numerical overflow: value too large: \(value)\(suffix)"
        ).report()
        return nil
    }
    return value * scale
}

/// A size in the largest unit of which it has at least one, e.g. 1.5 and "GiB".
/// virsh 9.0.0: `vshPrettyCapacity`.
func prettyCapacity(_ bytes: UInt64) -> (value: Double, unit: String) {
    let units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]
    var limit = 1024.0
    for unit in units.dropLast() {
        if Double(bytes) < limit { return (Double(bytes) / (limit / 1024), unit) }
        limit *= 1024
    }
    return (Double(bytes) / (limit / 1024), units.last!)
}
