import Libvirt
import Policy
import XML

extension Shell {
    /// The XML of a disk whose source is a path, for a session with a role: a path must be that of
    /// a granted volume, which is then named by its pool and its name. Other sources stay, and are
    /// judged later.
    func withVolume(disk xml: String) throws -> String {
        guard policy.limits != nil else { return xml }
        let document: Document
        do throws(XMLError) { document = try Document(parsing: xml) } catch {
            throw Denial("XML: \(error.message)")
        }
        let disk = document.root
        guard disk["type"] == "file" else { return xml }
        let source = disk.elements("source").first
        if let source, let path = source["file"] {
            let (pool, name) = try namesOfGrantedVolume(path)
            source.removeAttributes()
            source.set("pool", to: pool)
            source.set("volume", to: name)
            try declareFormat(of: disk)
        }
        // An empty drive as well: the type of a disk that a role may have is always this.
        disk.set("type", to: "volume")
        return disk.serialized(format: true)
    }

    private func namesOfGrantedVolume(_ path: String) throws -> (pool: String, name: String) {
        let connection = try connection
        let volume = attempt { () throws(LibvirtError) in
            try connection.storageVolume(path: path)
        }
        guard let volume else { throw Denial("'\(path)' is not the path of a granted volume") }
        return try (volume.pool().name(), volume.name())
    }

    /// What libvirt assumes about a disk of a path whose format is not declared.
    private func declareFormat(of disk: Node) throws {
        let driver = disk.elements("driver").first
        guard driver?["type"] == nil else { return }
        (driver ?? disk.append("driver")).set("type", to: "raw")
    }
}
