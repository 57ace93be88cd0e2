extension JSONValue {
    /// Whether two values are the same in JSON: numbers by what they count, e.g. `1` and `1.0`,
    /// texts by their characters, and objects whatever the order of their members.
    package func isEquivalent(to other: JSONValue) -> Bool {
        switch (self, other) {
        case (.null, .null): return true
        case (.bool(let left), .bool(let right)): return left == right
        case (.number(let left), .number(let right)):
            return left == right || Decimal(left) == Decimal(right)
        // Swift considers texts equal that have different characters.
        case (.string(let left), .string(let right)): return left.utf8.elementsEqual(right.utf8)
        case (.array(let left), .array(let right)):
            return left.elementsEqual(right) { $0.isEquivalent(to: $1) }
        case (.object(let left), .object(let right)):
            return left.count == right.count
                && left.allSatisfy { member in
                    right.contains {
                        $0.name.utf8.elementsEqual(member.name.utf8)
                            && $0.value.isEquivalent(to: member.value)
                    }
                }
        default: return false
        }
    }
}

/// A JSON number in the form that each number has only once.
private struct Decimal: Equatable {
    private let isNegative: Bool
    /// Without zeros at either end.
    private let digits: ArraySlice<UInt8>
    /// The power of ten of the last digit; `nil` if it is too large to count.
    private let exponent: Int?

    init(_ text: String) {
        let parts = text.utf8.split(
            maxSplits: 1, omittingEmptySubsequences: false
        ) { $0 == UInt8(ascii: "e") || $0 == UInt8(ascii: "E") }
        let mantissa = parts[0].split(
            separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
        let fraction = mantissa.count > 1 ? mantissa[1].count : 0
        let all = mantissa.joined().filter { $0 != UInt8(ascii: "-") }
        let zero = UInt8(ascii: "0")
        var digits = all.drop { $0 == zero }
        while digits.last == zero { digits.removeLast() }
        self.digits = digits
        guard !digits.isEmpty else {
            (isNegative, exponent) = (false, 0)
            return
        }
        isNegative = text.utf8.first == UInt8(ascii: "-")
        let given = parts.count > 1 ? Int(String(decoding: parts[1], as: UTF8.self)) : 0
        let shift = all.endIndex - digits.endIndex - fraction
        exponent = given.flatMap {
            let (sum, overflow) = $0.addingReportingOverflow(shift)
            return overflow ? nil : sum
        }
    }
}
