import Host
import Libvirt
import XML

extension SessionCommand {
    ///     C: {"cmd": "copy-volume", "pool": "default", "from": "9.6.img", "to_domain": "vm2"}
    ///     S: {"success": true, "cmd": "copy-volume", "pool": "default", ...}
    static let copyVolume = SessionCommand(
        "copy-volume", aliases: ["vol-copy"],
        summary: "copy or move a volume of a directory pool, replacing what is there"
    ) { parameters in
        let pool = parameters.string("pool", "the pool of both volumes")
        let from = parameters.string("from", "the volume to copy")
        let to = parameters.optionalString("to", "the volume to make or replace")
        let toDomain = parameters.optionalString(
            "to_domain", "instead of 'to': the domain whose first volume of the pool to replace")
        let move = parameters.flag("move", "rename the volume instead of copying it")
        parameters.exactlyOne(of: "to", "to_domain")

        return { session, request in
            let from = try volumeName(request[from])
            let move = try request[move]
            let connection = try session.host.open()
            let pool = try DirectoryPool(named: request[pool], connection)
            let target: Target
            if let domain = try request[toDomain] {
                target = try Target(domain, in: pool.name, connection)
            } else if let name = try request[to] {
                target = Target(volume: try volumeName(name), nvram: nil)
            } else {
                throw Refusal(.badRequest, "'to' or 'to_domain' must be a string, not null")
            }
            let kind = try pool.kind(of: target.volume)
            let source = try pool.open(from)
            do throws(SystemError) {
                if move {
                    try pool.directory.rename(from.text, to: target.volume.text)
                } else {
                    try copy(source, to: target.volume, kind, in: pool.directory)
                }
                if let nvram = target.nvram { try removeFile(nvram) }
            } catch {
                throw Refusal("cannot copy '\(from.text)' to '\(target.volume.text)'", error)
            }
            try pool.refresh()
            return [:]
        }
    }
}

/// The copy has the owner, group, mode and label of what it replaces, else of its source: QEMU
/// could open that.
private func copy(
    _ source: borrowing File, to name: FileName, _ kind: Directory.Kind,
    in directory: borrowing Directory
) throws(SystemError) {
    let attributes =
        kind == .file
        ? try directory.open(name.text).attributes() : try source.attributes()
    try NewFile.removeStale(in: directory)
    let new = try NewFile(in: directory)
    try new.file.copy(from: source)
    try new.file.take(attributes)
    try new.publish(as: name.text)
}

/// What a copy replaces.
private struct Target {
    let volume: FileName
    /// The firmware's variables of the domain that has the volume: they are the old system's.
    let nvram: String?

    init(volume: FileName, nvram: String?) {
        self.volume = volume
        self.nvram = nvram
    }

    /// The first disk of a domain that is a volume of the pool.
    init(_ domain: String, in pool: String, _ connection: Connection) throws {
        let xml: String
        do throws(LibvirtError) { xml = try connection.domain(name: domain).xml() } catch {
            throw Refusal("failed getting domain '\(domain)'", error)
        }
        let root = try Document(parsing: xml).root
        let disks = try root.nodes("devices/disk[@type='volume']/source")
        guard let volume = disks.first(where: { $0["pool"] == pool })?["volume"] else {
            throw Refusal(.notFound, "domain '\(domain)' has no volume in pool '\(pool)'")
        }
        let nvram = try root.text("os/nvram")
        self.init(volume: try volumeName(volume), nvram: nvram?.isEmpty == false ? nvram : nil)
    }
}
