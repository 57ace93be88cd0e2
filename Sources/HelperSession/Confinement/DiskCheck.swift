import Confinement
import Libvirt
import Policy
import Protocol
import System
import Volumes
import XML

/// Decides whether volumes may be disks of one domain. Asked under the host-wide lock.
final class DiskCheck {
    private let gate: SessionGate
    /// With all objects of the host.
    private let connection: Connection
    /// The UUID of the domain; `nil` for a new one.
    private let domain: String?
    /// Whether the domain's present definition is replaced, so that it no longer uses anything.
    private let isReplacing: Bool
    private let users: VolumeUsers
    /// The formats that were declared for volumes so far, whatever their names.
    private var declared: [FileIdentity: DiskFormat] = [:]

    /// A chain of more images than this is refused.
    private static let maximumChain = 16

    init(_ gate: SessionGate, of domain: String?, isReplacing: Bool = false) throws {
        self.gate = gate
        connection = try gate.hostObjects
        self.domain = domain
        self.isReplacing = isReplacing
        do { users = try VolumeUsers(connection) } catch is RequestError {
            // The error could name a hidden domain.
            throw Denial("the domains that use the host's volumes cannot be determined")
        }
    }

    // MARK: New disks

    /// Whether a volume may become a disk: those who use it agree, and its content refers to
    /// nothing that is not granted. The access to the pool was checked.
    func isGranted(_ disk: VolumeReference) throws -> Bool {
        try whereFound {
            guard let name = FileName(disk.volume) else { return false }
            let pool = try DirectoryPool(named: disk.pool, connection)
            let file = try pool.open(name)
            return try isShared(name, pool, as: disk.format, isReadOnly: disk.isReadOnly)
                && isOnlyFormat(disk.format, of: file)
                && isContentGranted(file, as: disk.format, "volume '\(disk.volume)'")
        }
    }

    /// Whether a path is that of a granted volume that may be read and whose content passes.
    func isBackingGranted(_ path: String, _ format: DiskFormat) throws -> Bool {
        try isBackingGranted(path, format, depth: 1)
    }

    private func isBackingGranted(
        _ path: String, _ format: DiskFormat, depth: Int
    ) throws -> Bool {
        guard depth <= Self.maximumChain, let (pool, name) = try gate.grantedPlace(of: path)
        else {
            return false
        }
        return try whereFound {
            let pool = try DirectoryPool(named: pool, connection)
            let file = try pool.open(name)
            return try isShared(name, pool, as: format, isReadOnly: true)
                && isOnlyFormat(format, of: file)
                && isContentGranted(file, as: format, "volume '\(name.text)'", depth: depth)
        }
    }

    // MARK: Users

    /// Whether the domains that use a volume permit one more user, and declare the same format.
    private func isShared(
        _ volume: FileName, _ pool: borrowing DirectoryPool, as format: DiskFormat,
        isReadOnly: Bool
    ) throws -> Bool {
        var wasWritable = false
        for user in users.users(of: volume, in: pool) {
            if user.uuid == domain {
                wasWritable = wasWritable || user.isWritable
                if isReplacing, !user.isRunning { continue }
            } else if !isReadOnly {
                guard try mayChange(user) else { return false }
            } else if user.isWritable {
                guard try mayRead(user) else { return false }
            }
            guard user.declares(format) else { return false }
        }
        // A guest that writes replaces the content.
        return isReadOnly || wasWritable || gate.policy.allowsWriting(volume: volume.text)
    }

    private func mayChange(_ user: VolumeUsers.User) throws -> Bool {
        try isPermitted(user) { try gate.willChange($0) }
    }

    private func mayRead(_ user: VolumeUsers.User) throws -> Bool {
        try isPermitted(user) { try gate.willLookInto($0) }
    }

    private func isPermitted(
        _ user: VolumeUsers.User, _ ask: (Domain) throws -> Void
    ) throws -> Bool {
        guard gate.policy.shows(domain: user.domain),
            let domain = try connection.domainIfAny(user.domain)
        else { return false }
        do { try ask(domain) } catch is Denial { return false }
        return true
    }

    // MARK: Content

    /// Whether one domain does not declare two formats for one volume, possibly by two names.
    private func isOnlyFormat(
        _ format: DiskFormat, of file: borrowing FileDescriptor
    ) throws -> Bool {
        let identity = try file.status().identity
        let known = declared[identity] ?? format
        declared[identity] = known
        return known == format
    }

    /// Throws a `Denial` that says what is wrong with the image.
    private func isContentGranted(
        _ file: borrowing FileDescriptor, as format: DiskFormat, _ subject: String, depth: Int = 0
    ) throws -> Bool {
        // No header is longer; see `QCOW2Header`.
        let head = try file.bytes(at: 0, atMost: 65536)
        let image = ImageBytes(size: UInt64(try file.status().size)) { offset, count in
            Array(head.dropFirst(Int(clamping: offset)).prefix(count))
        }
        let judge = ImageJudge { backing in
            try self.isBackingGranted(backing.path, backing.format, depth: depth + 1)
        }
        _ = try judge.judge(image, as: format, subject: subject)
        return true
    }

    /// False if a pool or a volume is not there, or is not one that a role may use.
    private func whereFound(_ body: () throws -> Bool) throws -> Bool {
        do { return try body() } catch is RequestError {
            LibvirtError.forgetReported()
            return false
        }
    }

    // MARK: Start

    /// Checks the disks of libvirt's own XML before a domain starts with them. Those that the
    /// domain has at `present` were permitted when they became its disks, so that only their
    /// content is judged again; the others as if they became disks now. What is in no granted pool
    /// is an administrator's, who may have given it to another domain since: it must be `present`.
    func checkStart(_ xml: String, present: String?) throws {
        let known = Set(try present.map { try disks(of: $0) } ?? [])
        let others = Set(try present.map { try otherSources(of: $0) } ?? [])
        let isKnown = try present == nil || others.isSuperset(of: otherSources(of: xml))
        guard isKnown else {
            throw Denial(
                "the saved state of this domain has a disk that the domain does not have any more")
        }
        for disk in try disks(of: xml) {
            let isPresent = known.contains(disk)
            guard let format = DiskFormat(rawValue: disk.format) else {
                throw Denial(
                    "volume '\(disk.name)' as a disk of the format '\(disk.format)' is not granted")
            }
            let reference = VolumeReference(
                pool: disk.pool, volume: disk.name, format: format, isReadOnly: disk.isReadOnly)
            let isGranted =
                isPresent ? try isUnchanged(reference) : try self.isGranted(reference)
            guard isGranted else {
                throw Denial(
                    "volume '\(disk.name)' of pool '\(disk.pool)' cannot be a disk of this domain")
            }
        }
    }

    /// Whether a volume that is a disk already still has a content that passes.
    private func isUnchanged(_ disk: VolumeReference) throws -> Bool {
        guard let name = FileName(disk.volume) else { return false }
        // libvirt itself reports a missing volume.
        guard try connection.has(volume: name.text, inPool: disk.pool) else { return true }
        return try whereFound {
            let pool = try DirectoryPool(named: disk.pool, connection)
            let file = try pool.open(name)
            return try users.users(of: name, in: pool).allSatisfy { $0.declares(disk.format) }
                && isOnlyFormat(disk.format, of: file)
                && isContentGranted(file, as: disk.format, "volume '\(name.text)'")
        }
    }

    private struct Disk: Hashable {
        let pool: String
        let name: String
        let format: String
        let isReadOnly: Bool
    }

    /// What the sources of all other disks name.
    private func otherSources(of xml: String) throws -> Set<[String]> {
        let names = ["pool", "volume", "file", "dev", "dir", "protocol", "name"]
        return Set(
            try Document(parsing: xml).nodes("/domain/devices/disk").compactMap { disk in
                guard let source = disk.elements("source").first else { return nil }
                if let pool = source["pool"], gate.policy.access(toPool: pool) != nil { return nil }
                if let path = source["file"], try gate.grantedPlace(of: path) != nil { return nil }
                return names.map { source[$0] ?? "" }
            })
    }

    /// The disks that are volumes of granted pools.
    private func disks(of xml: String) throws -> [Disk] {
        try Document(parsing: xml).nodes("/domain/devices/disk").compactMap { disk in
            guard let source = disk.elements("source").first else { return nil }
            var place: (pool: String, name: String)?
            if let pool = source["pool"], let volume = source["volume"] {
                place = gate.policy.access(toPool: pool).map { _ in (pool, volume) }
            } else if let path = source["file"], let (pool, name) = try gate.grantedPlace(of: path)
            {
                place = (pool, name.text)
            }
            return place.map { place in
                Disk(
                    pool: place.pool, name: place.name,
                    // As libvirt assumes.
                    format: disk.elements("driver").first?["type"] ?? DiskFormat.raw.rawValue,
                    isReadOnly: disk["device"] == "cdrom" || !disk.elements("readonly").isEmpty)
            }
        }
    }
}

extension VolumeUsers.User {
    /// Whether a user opens the volume in this format; raw if it declares none.
    fileprivate func declares(_ wanted: DiskFormat) -> Bool {
        (format ?? DiskFormat.raw.rawValue) == wanted.rawValue
    }
}
