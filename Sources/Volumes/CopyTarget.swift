package import Libvirt
import Protocol
package import System
import XML

/// The volume that a copy creates or replaces.
package struct CopyTarget {
    let volume: FileName
    /// The domain whose disk is replaced, if it has an NVRAM file: it has the firmware variables
    /// of the old system.
    let nvram: (path: String, domain: String)?

    package init(volume: FileName) {
        self.volume = volume
        nvram = nil
    }

    /// The domain's first disk of type volume in the pool. If it has none, the first disk of type
    /// file whose file is a volume of the pool: virt-install writes `--disk vol=POOL/NAME` so.
    package init(
        _ domain: String, in pool: borrowing DirectoryPool, _ connection: Connection
    ) throws {
        let xml: String
        do throws(LibvirtError) { xml = try connection.domain(name: domain).xml() } catch {
            throw RequestError("failed getting domain '\(domain)'", error)
        }
        let root = try Document(parsing: xml).root
        guard let volume = try Self.volume(of: root, in: pool) else {
            throw RequestError(
                .notFound, "domain '\(domain)' has no volume in pool '\(pool.name)'")
        }
        let nvram = try root.text("os/nvram")
        self.volume = volume
        self.nvram = nvram.flatMap { $0.isEmpty ? nil : ($0, domain) }
    }

    private static func volume(
        of domain: Node, in pool: borrowing DirectoryPool
    ) throws -> FileName? {
        for source in try domain.nodes("devices/disk[@type='volume']/source")
        where source["pool"] == pool.name {
            return try source["volume"].map(volumeName)
        }
        // An image in a CD drive or a floppy drive is not the guest's own.
        let disks = "devices/disk[@type='file' and (not(@device) or @device='disk')]/source/@file"
        for path in try domain.nodes(disks) {
            if let volume = try pool.volume(at: path.text) { return volume }
        }
        return nil
    }
}
