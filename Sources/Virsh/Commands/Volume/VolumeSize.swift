import Libvirt

/// A size with a suffix; a bare number is bytes. virsh 9.0.0: `virshVolSize`.
func volumeSize(_ word: String) throws -> UInt64 {
    guard let (value, suffix) = leadingUnsigned(word),
        let size = scaledNumber(value, suffix: suffix, unit: 1, max: .max)
    else { throw CommandFailure("Malformed size \(word)") }
    return size
}

extension StorageVolume.Kind: VirshNamed {
    /// virsh 9.0.0: `virshVolumeTypeToString`.
    var name: String {
        switch self {
        case .file: "file"
        case .block: "block"
        case .directory: "dir"
        case .network: "network"
        case .networkDirectory: "netdir"
        case .ploop: "ploop"
        }
    }
}
