extension String {
    /// At least `width` bytes wide, filled with blanks at its end; C's `%-Ns`.
    func padded(_ width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - utf8.count))
    }

    /// At least `width` bytes wide, filled with blanks at its start; C's `%Ns`.
    func aligned(_ width: Int) -> String {
        String(repeating: " ", count: max(0, width - utf8.count)) + self
    }
}

/// The order of virsh's lists: ASCII letters without case. virsh 9.0.0: `vshStrcasecmp`.
package func precedesIgnoringCase(_ left: String, _ right: String) -> Bool {
    func folded(_ byte: UInt8) -> UInt8 {
        UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte ? byte | 0x20 : byte
    }
    var (left, right) = (left.utf8.makeIterator(), right.utf8.makeIterator())
    while let first = left.next() {
        guard let second = right.next() else { return false }
        if folded(first) != folded(second) { return folded(first) < folded(second) }
    }
    return right.next() != nil
}
