import Confinement
import Libvirt
import Policy
import Protocol
import System
import Volumes
import XML

/// Decides whether volumes may be disks of one domain. Asked under the host-wide lock.
final class DiskCheck {
    let gate: SessionGate
    /// With all objects of the host.
    let connection: Connection
    /// The UUID of the domain; `nil` for a new one.
    let domain: String?
    /// Whether the domain's present definition is replaced, so that it no longer uses anything.
    private let isReplacing: Bool
    let users: VolumeUsers
    /// The formats that were declared for volumes so far, whatever their names.
    private var declared: [FileIdentity: DiskFormat] = [:]

    /// A chain of more images than this is refused.
    static let maximumChain = 16

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

    func isBackingGranted(
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
        try gate.use(volume, in: pool.directory.path, isReadOnly ? .shared : .exclusive)
        try gate.requireNoGuestDisk(volume, in: pool.directory.path, of: domain)
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
            guard user.declares(format), !user.canReplace else { return false }
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
    func isOnlyFormat(
        _ format: DiskFormat, of file: borrowing FileDescriptor
    ) throws -> Bool {
        let identity = try file.status().identity
        let known = declared[identity] ?? format
        declared[identity] = known
        return known == format
    }

    /// Throws a `Denial` that says what is wrong with the image.
    func isContentGranted(
        _ file: borrowing FileDescriptor, as format: DiskFormat, _ subject: String, depth: Int = 0
    ) throws -> Bool {
        try judge(file, as: format, subject) { backing in
            try self.isBackingGranted(backing.path, backing.format, depth: depth + 1)
        }
        return true
    }

    func judge(
        _ file: borrowing FileDescriptor, as format: DiskFormat, _ subject: String,
        isBackingGranted: @escaping (BackingFile) throws -> Bool
    ) throws {
        // No header is longer; see `QCOW2Header`.
        let head = try file.bytes(at: 0, atMost: 65536)
        let image = ImageBytes(size: UInt64(try file.status().size)) { offset, count in
            Array(head.dropFirst(Int(clamping: offset)).prefix(count))
        }
        _ = try ImageJudge(isBackingGranted: isBackingGranted)
            .judge(image, as: format, subject: subject)
    }

    /// False if a pool or a volume is not there, or is not one that a role may use.
    func whereFound(_ body: () throws -> Bool) throws -> Bool {
        do { return try body() } catch is RequestError {
            LibvirtError.forgetReported()
            return false
        }
    }
}

extension VolumeUsers.User {
    /// Whether a user opens the volume in this format; raw if it declares none.
    func declares(_ wanted: DiskFormat) -> Bool {
        sharesDirectory || (format ?? DiskFormat.raw.rawValue) == wanted.rawValue
    }

    /// Whether the guest can replace the content after it was judged, in any format.
    var canReplace: Bool { sharesDirectory && isWritable }
}
