import Confinement
import Libvirt
import Policy
import System
import Volumes

// What is in a volume.

extension SessionGate {
    func willReceive(_ image: ImageBytes, into volume: VolumeName) throws -> UInt64 {
        let target = try examine(volume, for: .readWrite)
        return try judge(
            image, as: target.format(), "the content for \(target.shown)", of: target
        ).capacity(in: image)
    }

    func willOverlay(_ image: ImageBytes, onto volume: VolumeName) throws {
        let target = try examine(volume, for: .readWrite)
        let format = try target.format()
        guard let old = try target.image() else { return }
        let before = try judge(old, as: format, target.shown, of: target).capacity(in: old)
        // The old bytes stay after the end of the new ones.
        let new = old.overlaid(by: image)
        let after = try judge(new, as: format, "the content for \(target.shown)", of: target)
            .capacity(in: new)
        // An image may be small and let a guest write much more.
        let growth = max(after, before) - before
        try willStore(bytes: max(growth, max(image.size, old.size) - old.size))
    }

    func willStream(into volume: VolumeName) throws {
        throw Denial(
            "volume '\(volume.name)' in pool '\(volume.pool)' cannot be written by this program "
                + "itself, and so its content cannot be judged before it has its name")
    }

    func willReshape(_ volume: VolumeName) throws { try requireReshapable(volume) }

    /// The format and the capacity of a volume that no running domain may write, and whose content
    /// looks like the format that its users declare; `nil` if it has no file.
    @discardableResult
    func requireReshapable(
        _ name: VolumeName
    ) throws -> (format: DiskFormat, capacity: UInt64)? {
        let volume = try examine(name, for: .read)
        guard !volume.users.contains(where: { $0.isRunning && $0.isWritable }) else {
            throw Denial("\(volume.shown) can be changed by a running domain")
        }
        guard !volume.users.contains(where: \.canReplace) else {
            throw Denial("\(volume.shown) is in a directory that a domain shares with its guest")
        }
        let declared = try volume.format()
        // libvirt reports that the file is missing.
        guard let image = try volume.image() else { return nil }
        let found = try judge(image, as: nil, volume.shown, of: volume)
        guard declared == nil || declared == found.format else {
            throw Denial("\(volume.shown) is not used in the format that its content has")
        }
        return (found.format, found.capacity(in: image))
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

extension JudgedImage {
    /// The size that a guest sees, or that of a larger file.
    fileprivate func capacity(in image: ImageBytes) -> UInt64 {
        switch self {
        case .raw: image.size
        case .qcow2(let header): max(image.size, header.virtualSize)
        }
    }
}
