/// The kinds of objects that a virsh command or one of its options names.
package struct ObjectKinds: OptionSet, Hashable, Sendable {
    package let rawValue: Int
    package init(rawValue: Int) { self.rawValue = rawValue }

    package static let domain = Self(rawValue: 1 << 0)
    package static let pool = Self(rawValue: 1 << 1)
    package static let volume = Self(rawValue: 1 << 2)
    package static let network = Self(rawValue: 1 << 3)
    /// A snapshot or a checkpoint.
    package static let snapshot = Self(rawValue: 1 << 4)
    /// XML that is judged before libvirt gets it.
    package static let xml = Self(rawValue: 1 << 5)
    /// A file that the command reads or writes.
    package static let file = Self(rawValue: 1 << 6)
    /// All granted objects, as for `list`.
    package static let allGranted = Self(rawValue: 1 << 7)

    /// The name of a single kind in the log; `nil` for the others.
    package var name: String? {
        switch self {
        case .domain: "domain"
        case .pool: "pool"
        case .volume: "volume"
        case .network: "network"
        case .snapshot: "snapshot"
        case .file: "file"
        default: nil
        }
    }
}
