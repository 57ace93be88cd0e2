/// A quantity with a unit, as people write it.
package enum Quantity {
    /// Bytes: `512`, `64K`, `10G`, `10GiB`; units are powers of 1024 in either case. `nil` if the
    /// text is not such a size or is 2^63 or more.
    package static func bytes(_ text: String) -> Int64? {
        value(text) { unit in
            var unit = unit.lowercased()
            if unit.hasSuffix("ib") { unit.removeLast(2) }
            guard let power = ["": 0, "k": 1, "m": 2, "g": 3, "t": 4, "p": 5][unit] else {
                return nil
            }
            return 1 << (10 * power)
        }
    }

    /// Seconds: `90`, `90s`, `5m`, `2h`, `1d`. `nil` if the text is not such a time.
    package static func seconds(_ text: String) -> Int64? {
        value(text) { ["": 1, "s": 1, "m": 60, "h": 3600, "d": 86400][$0] }
    }

    /// Digits, then a unit, which `factor` converts.
    private static func value(_ text: String, factor: (String) -> Int64?) -> Int64? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard let number = Int64(digits), let factor = factor(String(text[digits.endIndex...]))
        else { return nil }
        let (product, overflows) = number.multipliedReportingOverflow(by: factor)
        return overflows ? nil : product
    }

    /// A size in bytes with three significant digits or fewer, e.g. `1.5 GiB`.
    package static func text(bytes: UInt64) -> String {
        var (value, unit) = (Double(bytes), 0)
        while value >= 1024, unit < units.count - 1 { (value, unit) = (value / 1024, unit + 1) }
        return fixed(value, unit > 0 && value < 100 ? 1 : 0) + " " + units[unit]
    }

    private static let units = ["bytes", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]
}
