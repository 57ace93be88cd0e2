/// A sort key for a name in virsh's lists: ASCII letters compare without case.
/// virsh 9.0.0: `vshStrcasecmp`.
package struct FoldedName: Comparable, Sendable {
    /// Folded once, because sorting compares each name several times.
    private let bytes: [UInt8]

    package init(_ name: String) {
        bytes = name.utf8.map { UInt8(ascii: "A")...UInt8(ascii: "Z") ~= $0 ? $0 | 0x20 : $0 }
    }

    package static func < (left: FoldedName, right: FoldedName) -> Bool {
        for index in 0..<min(left.bytes.count, right.bytes.count)
        where left.bytes[index] != right.bytes[index] {
            return left.bytes[index] < right.bytes[index]
        }
        return left.bytes.count < right.bytes.count
    }
}

extension Sequence {
    /// The elements in the order of virsh's lists, by a name.
    package func sortedIgnoringCase(by name: (Element) -> String) -> [Element] {
        map { (key: FoldedName(name($0)), element: $0) }.sorted { $0.key < $1.key }.map(\.element)
    }
}

/// Whether one name sorts before another if numbers inside of names compare as numbers: `vm9`
/// before `vm10`.
package func naturalOrder(_ a: String, _ b: String) -> Bool {
    var (a, b) = (Substring(a), Substring(b))
    func dropNumber(_ text: inout Substring) -> Substring {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        text = text[digits.endIndex...]
        return digits.drop { $0 == "0" }
    }
    while let first = a.first, let second = b.first {
        // Only if both have a number here; otherwise a digit compares as a character.
        if first.isASCII, first.isNumber, second.isASCII, second.isNumber {
            let (left, right) = (dropNumber(&a), dropNumber(&b))
            // Without leading zeros, the longer number is the larger one.
            if left.count != right.count { return left.count < right.count }
            if left != right { return left < right }
        } else {
            if first != second { return first < second }
            a.removeFirst()
            b.removeFirst()
        }
    }
    return a.count < b.count
}
