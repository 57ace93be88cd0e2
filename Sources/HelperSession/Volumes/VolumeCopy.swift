import Host
import Libvirt
import XML

/// What a copy makes or replaces.
struct CopyTarget {
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

extension DirectoryPool {
    /// Puts a copy of a volume, or the volume itself, in another's place, in one step.
    borrowing func copy(
        _ from: FileName, to target: CopyTarget, move: Bool = false,
        progress: inout Progress
    ) throws {
        let kind = try kind(of: target.volume)
        let source = try open(from)
        do {
            if move {
                try directory.rename(from.text, to: target.volume.text)
            } else {
                try copy(source, to: target.volume, kind, progress: &progress)
            }
        } catch let error as SystemError {
            throw Refusal("cannot copy '\(from.text)' to '\(target.volume.text)'", error)
        }
        if let nvram = target.nvram {
            do throws(SystemError) { try removeFile(nvram) } catch {
                throw Refusal(
                    "'\(target.volume.text)' is replaced, but its domain's NVRAM file '\(nvram)' "
                        + "cannot be removed", error)
            }
        }
        try refresh()
    }

    /// The copy has the owner, group, mode and label of what it replaces, else of its source: QEMU
    /// could open that.
    private borrowing func copy(
        _ source: borrowing File, to name: FileName, _ kind: Directory.Kind,
        progress: inout Progress
    ) throws {
        let attributes =
            kind == .file
            ? try directory.open(name.text).attributes() : try source.attributes()
        try NewFile.removeStale(in: directory)
        let new = try NewFile(in: directory)
        try new.file.copy(from: source) {
            try progress.report(done: UInt64(clamping: $0), total: UInt64(clamping: $1))
        }
        try new.file.take(attributes)
        try new.publish(as: name.text)
    }
}
