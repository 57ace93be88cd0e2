package import Policy

/// A volume that a disk in XML names.
package struct VolumeReference: Hashable, Sendable {
    package let pool: String
    package let volume: String
    /// As the disk's driver declares it.
    package let format: DiskFormat
    /// Whether the guest cannot write to it.
    package let isReadOnly: Bool

    package init(pool: String, volume: String, format: DiskFormat, isReadOnly: Bool) {
        self.pool = pool
        self.volume = volume
        self.format = format
        self.isReadOnly = isReadOnly
    }
}

/// Host ports that a `<portForward>` takes.
package struct HostPorts: Hashable, Sendable {
    package enum TransportProtocol: String, Sendable {
        case tcp, udp
    }

    package let transport: TransportProtocol
    /// As the client wrote it; `nil`: all addresses of the host.
    package let address: String?
    package let ports: ClosedRange<UInt16>
}

/// What `XMLJudge` asks about the role and the host. All answers are "no" until they are set.
///
/// An answer of `false` becomes a denial that names what the client wrote. An answer may throw a
/// `Denial` of its own instead, if more may be said. Everything that belongs to the domain that is
/// being changed counts as free: its name, UUID, MACs and ports.
package struct XMLQuestions {
    package var maxMemoryBytes: UInt64 = 0
    package var maxVCPUs = 0
    /// Whether the name is granted, and no domain has it other than the one with this UUID. `nil`:
    /// the XML has no UUID.
    package var isNameGranted: (_ name: String, _ uuid: String?) throws -> Bool = { _, _ in false }
    /// Whether the UUID, in lower case, belongs to the domain of this name or to no object of the
    /// host.
    package var isUUIDGranted: (_ uuid: String, _ name: String) throws -> Bool = { _, _ in false }
    /// `nil` if the pool is hidden or absent.
    package var accessToPool: (_ name: String) throws -> PoolAccess? = { _ in nil }
    /// Whether it is a volume of its pool, every domain that uses it is one that this session may
    /// change or only reads, its content was judged, and all users declare this format. The access
    /// to its pool is asked before.
    package var isVolumeGranted: (VolumeReference) throws -> Bool = { _ in false }
    /// `user` stands for interfaces of type user.
    package var isNetworkGranted: (_ name: String) throws -> Bool = { _ in false }
    /// Whether no other domain has the MAC, which is in lower case.
    package var isMACFree: (_ mac: String) throws -> Bool = { _ in false }
    /// `nil` asks for all addresses.
    package var isHostAddressGranted: (_ address: String?) throws -> Bool = { _ in false }
    /// Whether the role grants the ports, and no other domain forwards them.
    package var areHostPortsGranted: (HostPorts) throws -> Bool = { _ in false }
    /// Whether a new volume may have this name.
    package var isNewVolumeGranted: (_ name: String) throws -> Bool = { _ in false }
    /// Whether a new volume may have this capacity, or this allocation.
    package var isCapacityGranted: (_ bytes: UInt64) throws -> Bool = { _ in false }
    /// Whether the absolute path is that of a granted volume whose content was judged.
    package var isBackingVolumeGranted: (_ path: String, DiskFormat) throws -> Bool = { _, _ in
        false
    }

    package init() {}
}
