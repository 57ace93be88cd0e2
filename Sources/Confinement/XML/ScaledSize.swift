/// A size with a unit, as libvirt reads them. libvirt 9.0.0: `virScaleInteger`.
enum ScaledSize {
    static let units = "b, KiB, MiB, GiB, TiB, KB, MB, GB, TB"

    /// The number of bytes; `nil` if the unit is unknown or the result exceeds 64 bits. `unit`
    /// `nil` or empty: `otherwise` bytes.
    static func bytes(_ number: UInt64, unit: String?, otherwise: UInt64) -> UInt64? {
        guard let unit, !unit.isEmpty else { return product(number, otherwise) }
        let lowercase = unit.lowercased()
        if ["b", "byte", "bytes"].contains(lowercase) { return number }
        let base: UInt64
        switch lowercase.dropFirst() {
        case "", "ib": base = 1024
        case "b": base = 1000
        default: return nil
        }
        guard let exponent = Array("kmgtpe").firstIndex(of: lowercase.first ?? " ") else {
            return nil
        }
        return (0...exponent).reduce(number as UInt64?) { size, _ in
            size.flatMap { product($0, base) }
        }
    }

    private static func product(_ one: UInt64, _ other: UInt64) -> UInt64? {
        let (product, hasOverflown) = one.multipliedReportingOverflow(by: other)
        return hasOverflown ? nil : product
    }
}
