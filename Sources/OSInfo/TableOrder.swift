extension Array {
    /// The elements in the order in which libosinfo iterates over them. It keeps them in a hash
    /// table and uses the first match, so this order decides if several match. GLib 2.74:
    /// `g_hash_table_get_values`, `g_str_hash`.
    func inTableOrder(_ key: (Element) -> String) -> [Element] {
        let count = self.count
        // GLib's table has a power of two of slots, at most 15/16 of them used, and computes the
        // slot modulo the largest prime below that power.
        let primes: [UInt32] = [
            1, 2, 3, 7, 13, 31, 61, 127, 251, 509, 1021, 2039, 4093, 8191, 16381, 32749,
        ]
        var shift = 3
        while shift < primes.count - 1, (1 << shift) * 15 / 16 < count { shift += 1 }
        func slot(_ element: Element) -> UInt32 {
            var hash: UInt32 = 5381  // DJB's hash
            for byte in key(element).utf8 { hash = hash &* 33 &+ UInt32(byte) }
            return (hash &* 11) % primes[shift]
        }
        // A collision puts the later element into a slot behind; the values are listed backwards.
        return enumerated().map { ($0.offset, slot($0.element), $0.element) }
            .sorted { $0.1 != $1.1 ? $0.1 > $1.1 : $0.0 > $1.0 }.map { $0.2 }
    }

    /// Elements for one architecture come first: they are a closer match than those for `all`.
    func anyArchitectureLast(_ architecture: (Element) -> String?) -> [Element] {
        filter { architecture($0) != "all" } + filter { architecture($0) == "all" }
    }
}
