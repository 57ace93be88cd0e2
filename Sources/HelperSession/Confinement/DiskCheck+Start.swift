import Confinement
import Libvirt
import Policy
import System
import Volumes
import XML

// Disks that a domain has already, when it starts.

extension DiskCheck {
    /// Checks the disks in `xml`, which is libvirt's own, before a domain starts with them. Disks
    /// that are also in `present`, the domain's current XML, were permitted when they became its
    /// disks, so only their content is judged again; other disks are judged as new ones. A disk in
    /// no granted pool was added by an administrator, who may have given it to another domain
    /// since: it must be in `present`, unless that is `nil`. `isOnlyRead`: the disks are copied, and
    /// no domain starts.
    func checkStart(_ xml: String, present: String?, isOnlyRead: Bool = false) throws {
        let known = try present.map { try disks(of: $0) }
        for disk in try disks(of: xml) {
            let isPresent = known?.contains(disk) ?? false
            guard let place = disk.place else {
                guard isPresent || known == nil else {
                    throw Denial(
                        "the saved state of this domain has a disk that the domain does not have "
                            + "any more")
                }
                try checkUngranted(disk)
                continue
            }
            guard let format = DiskFormat(rawValue: disk.format) else {
                throw Denial(
                    "volume '\(place.name)' as a disk of the format '\(disk.format)' is not "
                        + "granted")
            }
            let reference = VolumeReference(
                pool: place.pool, volume: place.name, format: format,
                isReadOnly: disk.isReadOnly || isOnlyRead)
            // A state may be older than what the role grants now.
            let isAccessible =
                isPresent || reference.isReadOnly
                || gate.policy.access(toPool: place.pool) == .readWrite
            let isGranted =
                try isAccessible && (isPresent ? isUnchanged(reference) : self.isGranted(reference))
            guard isGranted else {
                throw Denial(
                    "volume '\(place.name)' of pool '\(place.pool)' cannot be a disk of this "
                        + "domain")
            }
        }
    }

    /// Whether the content of a volume that is already a disk is still permitted.
    private func isUnchanged(_ disk: VolumeReference) throws -> Bool {
        guard let name = FileName(disk.volume) else { return false }
        // libvirt itself reports a missing volume.
        guard try connection.has(volume: name.text, inPool: disk.pool) else { return true }
        return try whereFound {
            let pool = try DirectoryPool(named: disk.pool, connection)
            let file = try pool.open(name)
            try gate.use(name, in: pool.directory.path, disk.isReadOnly ? .shared : .exclusive)
            try gate.requireNoGuestDisk(name, in: pool.directory.path, of: domain)
            return try users.users(of: name, in: pool)
                .allSatisfy { $0.declares(disk.format) && !$0.canReplace }
                && isOnlyFormat(disk.format, of: file)
                && isContentGranted(file, as: disk.format, "volume '\(name.text)'")
        }
    }

    // MARK: Outside of granted pools

    /// Judges the content of an administrator's disk like any other, except that its backing file
    /// may be outside of the granted pools: no client of this role wrote its header. A backing file
    /// in a granted pool must be granted.
    private func checkUngranted(_ disk: Disk) throws {
        // raw may hold anything, and libvirt takes a disk without a format for raw.
        guard disk.format != DiskFormat.raw.rawValue else { return }
        let subject = "disk '\(disk.target)'"
        guard let format = DiskFormat(rawValue: disk.format) else {
            throw Denial("\(subject) has the format '\(disk.format)', but must be raw or qcow2")
        }
        // The role may know neither the volume nor why it cannot be read.
        guard let path = try path(of: disk) else {
            throw Denial("\(subject) is not in a granted pool, and its content cannot be judged")
        }
        guard try isUngrantedImageGood(path, format, subject, depth: 0) else {
            throw Denial("\(subject) has a chain of too many images, or one that is not a file")
        }
    }

    private func isUngrantedImageGood(
        _ path: String, _ format: DiskFormat, _ subject: String, depth: Int
    ) throws -> Bool {
        guard depth <= Self.maximumChain else { return false }
        if format == .raw { return true }
        return try gate.examining(subject) {
            let file: FileDescriptor
            do throws(SystemError) { file = try FileDescriptor.readingImage(path) } catch {
                // libvirt itself reports a missing file.
                guard error == .noSuchFile else { throw error }
                return true
            }
            try judge(file, as: format, subject) { backing in
                guard try self.gate.grantedPlace(of: backing.path) == nil else {
                    return try self.isBackingGranted(
                        backing.path, backing.format, depth: depth + 1)
                }
                return try self.isUngrantedImageGood(
                    backing.path, backing.format, subject, depth: depth + 1)
            }
            return true
        }
    }

    /// Where the content is, as a file of this host; `nil` if it is not known.
    private func path(of disk: Disk) throws -> String? {
        if let path = disk.source["file"] ?? disk.source["dev"] { return path }
        guard let pool = disk.source["pool"], let volume = disk.source["volume"] else { return nil }
        return try gate.examining("disk '\(disk.target)'") {
            try connection.storagePool(name: pool).volume(name: volume).path()
        }
    }

    // MARK: Reading

    private struct Disk: Hashable {
        /// In a granted pool; `nil` elsewhere.
        let place: VolumeName?
        /// What the source names, if it is not in a granted pool.
        let source: [String: String]
        let target: String
        let format: String
        let isReadOnly: Bool

        /// A disk is the same at another target.
        static func == (one: Disk, other: Disk) -> Bool {
            one.place == other.place && one.source == other.source && one.format == other.format
                && one.isReadOnly == other.isReadOnly
        }

        func hash(into hasher: inout Hasher) {
            hasher.combine(place)
            hasher.combine(source)
        }
    }

    /// The disks that have a source.
    private func disks(of xml: String) throws -> Set<Disk> {
        let names = ["pool", "volume", "file", "dev", "dir", "protocol", "name"]
        return Set(
            try Document(parsing: xml).nodes("/domain/devices/disk").compactMap { disk in
                guard let source = disk.elements("source").first else { return nil }
                let place = try self.place(of: source)
                let named = names.compactMap { name in source[name].map { (name, $0) } }
                return Disk(
                    place: place,
                    source: place == nil ? Dictionary(named) { first, _ in first } : [:],
                    target: disk.string("target/@dev") ?? "",
                    // As libvirt assumes.
                    format: disk.elements("driver").first?["type"] ?? DiskFormat.raw.rawValue,
                    isReadOnly: disk["device"] == "cdrom" || !disk.elements("readonly").isEmpty)
            })
    }

    /// The volume of a granted pool that a disk's source names.
    private func place(of source: Node) throws -> VolumeName? {
        if let pool = source["pool"], let volume = source["volume"] {
            return gate.policy.access(toPool: pool).map { _ in VolumeName(pool: pool, name: volume)
            }
        }
        guard let path = source["file"], let (pool, name) = try gate.grantedPlace(of: path) else {
            return nil
        }
        return VolumeName(pool: pool, name: name.text)
    }
}
