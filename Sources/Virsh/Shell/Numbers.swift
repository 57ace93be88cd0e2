import Libvirt

// The numbers that virsh reads: decimal, with blanks and a sign in front, nothing behind.
// libvirt 9.0.0: virstring.c, virutil.c; virsh 9.0.0: vsh.c.

/// The longest number at the start of `text` as C's `strtol` sees it: its sign, its size, and what
/// follows it; `nil` where there is none or it needs more than 64 bits.
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
    return magnitude <= Int64.min.magnitude ? 0 &- Int64(truncatingIfNeeded: magnitude) : nil
}

/// An unsigned number at the start of `text` and what follows it; a negative one wraps around
/// where `wraps`, else is none. libvirt: `virStrToLong_ull`, `virStrToLong_ullp`.
func leadingUnsigned(_ text: String, wraps: Bool = false) -> (value: UInt64, rest: String)? {
    guard let (isNegative, magnitude, rest) = leadingNumber(text), wraps || !isNegative else {
        return nil
    }
    return (isNegative ? 0 &- magnitude : magnitude, String(rest))
}

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

    /// A negative number counts from the end. virsh 9.0.0: `vshCommandOptUIntWrap`.
    package static let uint32Wrapping = Conversion { word, option in
        guard let value = unsignedNumber(word, wraps: true) else { throw malformed(word, option) }
        let high = value >> 32
        // libvirt takes what fits either as an unsigned or as a signed number.
        guard high == 0 || (high == 0xFFFF_FFFF && value & 0x8000_0000 != 0) else {
            throw malformed(word, option)
        }
        return UInt32(truncatingIfNeeded: value)
    }
}

extension Conversion where Value == UInt64 {
    /// virsh 9.0.0: `vshCommandOptULongLong`, `vshCommandOptUL`.
    package static let uint64 = Conversion { word, option in
        guard let value = unsignedNumber(word) else { throw malformed(word, option) }
        return value
    }

    /// A negative number counts from the end. virsh 9.0.0: `vshCommandOptULongLongWrap`.
    package static let uint64Wrapping = Conversion { word, option in
        guard let value = unsignedNumber(word, wraps: true) else { throw malformed(word, option) }
        return value
    }

    /// A size with a suffix (`10G`, `5MB`, `1KiB`); `unit` is what a bare number counts in.
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

/// `value` times what its suffix means; where that is nothing, the reason is reported as libvirt
/// does, and `nil` comes back. libvirt 9.0.0: `virScaleInteger`.
func scaledNumber(_ value: UInt64, suffix: String, unit: UInt64, max: UInt64) -> UInt64? {
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

/// A size in the unit that fits, e.g. 1.50 and "GiB". virsh 9.0.0: `vshPrettyCapacity`.
func prettyCapacity(_ bytes: UInt64) -> (value: Double, unit: String) {
    let units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]
    var limit = 1024.0
    for unit in units.dropLast() {
        if Double(bytes) < limit { return (Double(bytes) / (limit / 1024), unit) }
        limit *= 1024
    }
    return (Double(bytes) / (limit / 1024), units.last!)
}
