import Confinement
import Libvirt
import Policy
import System
import Volumes

// What is in a volume.

extension SessionGate {
    func willReceive(_ image: ImageBytes, into volume: VolumeName) throws -> UInt64 {
        let target = try examine(volume, for: .readWrite)
        return try capacity(
            of: image, as: target.format(), "the content for \(target.shown)", of: target)
    }

    func willOverlay(_ image: ImageBytes, onto volume: VolumeName) throws {
        let target = try examine(volume, for: .readWrite)
        let format = try target.format()
        guard let old = try target.image() else { return }
        let before = try capacity(of: old, as: format, target.shown, of: target)
        // The old bytes stay after the end of the new ones.
        let new = old.overlaid(by: image)
        let after = try capacity(
            of: new, as: format, "the content for \(target.shown)", of: target)
        // An image may be small and let a guest write much more.
        let growth = max(after, before) - before
        try willStore(bytes: max(growth, max(image.size, old.size) - old.size))
    }

    func willStream(into volume: VolumeName) throws {
        throw Denial(
            "volume '\(volume.name)' in pool '\(volume.pool)' cannot be written by this program "
                + "itself, and so its content cannot be judged before it has its name")
    }

    func willClone(_ image: ImageBytes, as format: String, of name: VolumeName) throws {
        try willRead(name)
        let volume = try examine(name, for: .read)
        // The new disk may need it.
        try requireNoGuestDisk(volume.file, in: parentDirectory(of: volume.path))
        guard let wanted = DiskFormat(rawValue: format) else {
            throw Denial("\(volume.shown) as a disk of the format '\(format)' is not granted")
        }
        _ = try requireReshapable(volume, image, as: wanted)
    }

    func willClone(disksOf template: Domain) throws {
        let xml = try template.xml(.inactive)
        try DiskCheck(self, of: template.uuid()).checkStart(xml, present: xml, isOnlyRead: true)
    }

    func willMakeDisk(inPool pool: String, isNamed: Bool) throws {
        let access = policy.access(toPool: pool)
        guard access == .readWrite else {
            guard isNamed || access != nil else {
                throw Denial(
                    "the pool of the template's disks is not granted for the disks of guests; "
                        + "'pool' names another one")
            }
            throw Denial("pool '\(pool)' is not granted for the disks of guests")
        }
    }

    func willReshape(_ volume: VolumeName) throws { try requireReshapable(volume) }

    /// The format and the capacity of a volume that no running domain may write, and whose content
    /// looks like the format that its users declare; `nil` if it has no file.
    @discardableResult
    func requireReshapable(
        _ name: VolumeName
    ) throws -> (format: DiskFormat, capacity: UInt64)? {
        let volume = try examine(name, for: .read)
        return try requireReshapable(volume, volume.image(), as: nil)
    }

    /// The same for content that is there already, and is opened in `format`; `nil`: in the one that
    /// it seems to have.
    private func requireReshapable(
        _ volume: ConfinedVolume, _ image: ImageBytes?, as format: DiskFormat?
    ) throws -> (format: DiskFormat, capacity: UInt64)? {
        guard !volume.users.contains(where: { $0.isRunning && $0.isWritable }) else {
            throw Denial("\(volume.shown) can be changed by a running domain")
        }
        guard !volume.users.contains(where: \.canReplace) else {
            throw Denial("\(volume.shown) is in a directory that a domain shares with its guest")
        }
        let declared = try volume.format()
        // libvirt reports that the file is missing.
        guard let image else { return nil }
        let found = try judge(image, as: format, volume.shown, of: volume)
        guard declared == nil || declared == found.format else {
            throw Denial("\(volume.shown) is not used in the format that its content has")
        }
        let capacity = try examining(volume.shown) {
            try ImageJudge.capacity(of: found, in: image, subject: volume.shown)
        }
        return (found.format, capacity)
    }

    /// Judges an image, and returns the largest size that a guest can see of it.
    private func capacity(
        of image: ImageBytes, as format: DiskFormat?, _ subject: String,
        of volume: ConfinedVolume
    ) throws -> UInt64 {
        let judged = try judge(image, as: format, subject, of: volume)
        return try examining(subject) {
            try ImageJudge.capacity(of: judged, in: image, subject: subject)
        }
    }

    /// `volume` is the one that gets or has the content, which must not be its own backing file.
    func judge(
        _ image: ImageBytes, as format: DiskFormat?, _ subject: String,
        of volume: ConfinedVolume
    ) throws -> JudgedImage {
        let judge = ImageJudge { [self] backing in
            guard backing.path != volume.path else { return false }
            return try DiskCheck(self, of: nil).isBackingGranted(backing.path, backing.format)
        }
        return try examining(subject) {
            try judge.judge(image, as: format, subject: subject)
        }
    }
}
