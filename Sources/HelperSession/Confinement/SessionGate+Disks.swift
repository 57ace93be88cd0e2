import Confinement
import Libvirt
import Policy
import System
import Volumes
import XML

// Volumes as the disks of domains.

extension SessionGate {
    /// Throws unless a volume may become a disk of the domain with this UUID; `nil`: of a new one.
    func checkDisk(_ reference: VolumeReference, ofDomain uuid: String?) throws {
        let volume = try examine(
            VolumeName(pool: reference.pool, name: reference.volume),
            for: reference.isReadOnly ? .read : .readWrite)
        if reference.isReadOnly {
            try requireReadable(volume, except: uuid)
        } else {
            try requireWritable(volume, except: uuid)
        }
        for user in volume.users where user.uuid != uuid {
            try requireFormat(reference.format, of: user, volume.shown)
        }
        guard let image = try volume.image() else {
            throw Denial("\(volume.shown) does not exist")
        }
        _ = try judge(image, as: reference.format, volume.shown, of: volume)
    }

    /// Throws unless the content of each disk of a domain is what its inactive XML declares.
    func checkDisks(of domain: Domain) throws {
        try examining("a disk of the domain") {
            let (host, uuid) = (try hostObjects, try domain.uuid())
            let users = try VolumeUsers(host)
            for disk in try Document(parsing: domain.xml(.inactive)).nodes("devices/disk") {
                guard let source = disk.elements("source").first,
                    let path = try path(of: source, host)
                else { continue }
                let target = disk.elements("target").first?["dev"] ?? ""
                try checkDisk(
                    "disk '\(target)'", at: path, disk.elements("driver").first?["type"],
                    users.users(ofPath: path).filter { $0.uuid != uuid })
            }
        }
    }

    private func checkDisk(
        _ shown: String, at path: String, _ declared: String?, _ others: [VolumeUsers.User]
    ) throws {
        // Without a declaration, libvirt 9.0.0 opens a disk as raw.
        let declared = declared ?? DiskFormat.raw.rawValue
        guard let format = DiskFormat(rawValue: declared) else {
            throw Denial("\(shown) has the format \(declared), but must be raw or qcow2")
        }
        for user in others { try requireFormat(format, of: user, shown) }
        guard format != .raw else { return }
        let image: ImageBytes
        do throws(SystemError) { image = try ImageBytes(of: .readingImage(path)) } catch {
            // libvirt reports that a file is missing.
            guard error != .noSuchFile else { return }
            throw Denial("\(shown) cannot be read")
        }
        _ = try judge(image, as: format, shown, of: nil)
    }

    private func requireFormat(
        _ format: DiskFormat, of user: VolumeUsers.User, _ shown: String
    ) throws(Denial) {
        guard user.format == format.rawValue else {
            throw Denial("\(shown) is used by another domain that declares another format of it")
        }
    }

    /// The path of a disk's source; `nil` if it is not a file or a device of this machine.
    private func path(of source: Node, _ host: Connection) throws -> String? {
        if let path = source["file"] ?? source["dev"] { return path }
        guard let pool = source["pool"], let volume = source["volume"] else { return nil }
        return try host.storagePool(name: pool).volume(name: volume).path()
    }

    func willResize(disk word: String, of domain: Domain, to bytes: UInt64) throws {
        let volume = try examining("disk '\(word)'") {
            let disks = try Document(parsing: domain.xml()).nodes("devices/disk")
            for disk in disks {
                guard let source = disk.elements("source").first else { continue }
                let target = disk.elements("target").first?["dev"]
                guard target == word || source["file"] == word else { continue }
                if let pool = source["pool"], let name = source["volume"] {
                    return VolumeName(pool: pool, name: name)
                }
                if let path = source["file"], let name = try grantedVolume(at: path) {
                    return name
                }
            }
            throw Denial("disk '\(word)' is not a granted volume")
        }
        try willChange(domain)
        try willWrite(volume)
        let capacity = try examining("disk '\(word)'") { try domain.blockInfo(word).capacity }
        if bytes > capacity { try willStore(bytes: bytes - capacity) }
    }

    func mayRemove(nvram path: String, ofDomain name: String) -> Bool {
        // Where libvirt creates it: an administrator chose any other place.
        let directory = "/var/lib/libvirt/qemu/nvram"
        return ["fd", "qcow2"].contains { path == "\(directory)/\(name)_VARS.\($0)" }
    }
}
