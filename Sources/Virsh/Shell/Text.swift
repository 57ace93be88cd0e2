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
func precedesIgnoringCase(_ left: String, _ right: String) -> Bool {
    func folded(_ byte: UInt8) -> UInt8 {
        UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte ? byte | 0x20 : byte
    }
    return left.utf8.lazy.map(folded).lexicographicallyPrecedes(right.utf8.lazy.map(folded))
}
