package import Libvirt
import Protocol
package import System
import XML

/// The volume that a copy creates or replaces.
package struct CopyTarget {
    let volume: FileName
    /// The NVRAM file of the domain whose disk is replaced: it has the firmware variables of the
    /// old system.
    let nvram: String?

    package init(volume: FileName) {
        self.volume = volume
        nvram = nil
    }

    /// The domain's first disk that is a volume of the pool.
    package init(_ domain: String, in pool: String, _ connection: Connection) throws {
        let xml: String
        do throws(LibvirtError) { xml = try connection.domain(name: domain).xml() } catch {
            throw RequestError("failed getting domain '\(domain)'", error)
        }
        let root = try Document(parsing: xml).root
        let disks = try root.nodes("devices/disk[@type='volume']/source")
        guard let volume = disks.first(where: { $0["pool"] == pool })?["volume"] else {
            throw RequestError(.notFound, "domain '\(domain)' has no volume in pool '\(pool)'")
        }
        let nvram = try root.text("os/nvram")
        self.volume = try volumeName(volume)
        self.nvram = nvram?.isEmpty == false ? nvram : nil
    }
}
