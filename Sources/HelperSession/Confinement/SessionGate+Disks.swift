import Confinement
import Libvirt
import Policy
import System
import Volumes
import XML

// Volumes as the disks of domains.

extension SessionGate {
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
