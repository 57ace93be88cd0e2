import CSystem

/// The first position of `part` in `bytes`; `nil` if it does not occur. C: `memmem`.
package func position(of part: [UInt8], in bytes: [UInt8]) -> Int? {
    bytes.withUnsafeBytes { bytes in
        guard let start = bytes.baseAddress,
            let found = atex_find(start, UInt(bytes.count), part, UInt(part.count))
        else { return nil }
        return found - start
    }
}
