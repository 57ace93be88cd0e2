extension String {
    /// Padded with blanks at the end to `width` bytes, as C's `%-Ns`.
    func padded(_ width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - utf8.count))
    }

    /// Padded with blanks at the start to `width` bytes, as C's `%Ns`.
    func aligned(_ width: Int) -> String {
        String(repeating: " ", count: max(0, width - utf8.count)) + self
    }
}

/// A name's sort key in virsh's lists, which ignore the case of ASCII letters.
/// virsh 9.0.0: `vshStrcasecmp`. The letters are folded once instead of in each comparison.
package struct FoldedName: Comparable, Sendable {
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
    /// The elements sorted by name as in virsh's lists.
    package func sortedIgnoringCase(by name: (Element) -> String) -> [Element] {
        map { (key: FoldedName(name($0)), element: $0) }.sorted { $0.key < $1.key }.map(\.element)
    }
}
