/// A size with a suffix; a bare number is bytes. virsh 9.0.0: `virshVolSize`.
func volumeSize(_ word: String) throws -> UInt64 {
    guard let (value, suffix) = leadingUnsigned(word),
        let size = scaledNumber(value, suffix: suffix, unit: 1, max: .max)
    else { throw CommandFailure("Malformed size \(word)") }
    return size
}

/// virsh 9.0.0: `virshVolumeTypeToString`.
func volumeTypeName(_ type: Int32) -> String {
    let names = ["file", "block", "dir", "network", "netdir", "ploop"]
    return names.indices.contains(Int(type)) ? names[Int(type)] : "unknown"
}
