import Host
import Libvirt
import XML

extension SessionCommand {
    ///     C: {"cmd": "create-volume", "pool": "default", "name": "new.img", "format": "raw",
    ///         "size": 10737418240}
    ///     S: {"success": true, "cmd": "create-volume", "pool": "default", ...}
    static let createVolume = SessionCommand(
        "create-volume", isOriginal: true, summary: "make an empty volume in a directory pool"
    ) { parameters in
        let pool = parameters.name("pool", "the pool to make it in")
        let name = parameters.string("name", "the new volume's name")
        let format = parameters.string("format", "raw (sparse) or qcow2 (metadata preallocated)")
        let size = parameters.size("size", "what the guest will see")
        let removeExisting = parameters.flag(
            "remove_existing", "replace a volume of that name instead of refusing")

        return { session, request in
            let (format, size) = (try request[format], try request[size])
            guard ["raw", "qcow2"].contains(format) else {
                throw Refusal(.badRequest, "invalid format: \(format) (raw and qcow2 are valid)")
            }
            let name = try volumeName(request[name])
            let replacing = try request[removeExisting]
            let pool = try DirectoryPool(named: request[pool], session.host.open())
            let kind = try pool.kind(of: name)
            guard replacing || kind == .absent else { throw exists(name, pool) }
            if format == "raw" {
                try createRaw(name, size, in: pool, replacing: replacing)
                try pool.refresh()
            } else if kind == .absent {
                try createQcow2(name, size, in: pool)
            } else {
                try replaceByQcow2(name, size, in: pool)
                try pool.refresh()
            }
            return [:]
        }
    }
}

/// A volume's name; libvirt's XML cannot hold control characters.
func volumeName(_ text: String) throws -> FileName {
    let name = try FileName(checking: text, "volume name")
    guard !text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
    else { throw Refusal(.badRequest, "volume name '\(text)' must not have control characters") }
    return name
}

private func exists(_ name: FileName, _ pool: borrowing DirectoryPool) -> Refusal {
    Refusal(
        .exists,
        "volume '\(name.text)' already exists in pool '\(pool.name)'; remove_existing replaces it")
}

private func createRaw(
    _ name: FileName, _ size: Int64, in pool: borrowing DirectoryPool, replacing: Bool
) throws {
    do throws(SystemError) {
        let file = try NewFile(in: pool.directory)
        try file.file.setSize(size)
        try file.publish(as: name.text, replacing: replacing)
    } catch {
        if error.condition == .exists { throw exists(name, pool) }
        throw Refusal("cannot make volume '\(name.text)' of \(size) bytes", error)
    }
}

private func createQcow2(
    _ name: FileName, _ size: Int64, in pool: borrowing DirectoryPool
) throws {
    var xml = Writer()
    xml.element("volume") { xml in
        xml.element("name", text: name.text)
        xml.element("capacity", ["unit": "bytes"], text: "\(size)")
        xml.element("allocation", text: "0")
        xml.element("target") { xml in
            xml.element("format", ["type": "qcow2"])
            xml.element("compat", text: "1.1")  // libvirt's own default is 0.10
        }
    }
    do throws(LibvirtError) {
        _ = try pool.pool.createVolume(xml: xml.text, .preallocateMetadata)
    } catch { throw Refusal("cannot make volume '\(name.text)' of \(size) bytes", error) }
}

/// libvirt replaces nothing: the new volume is made beside the old one, which it then replaces.
private func replaceByQcow2(
    _ name: FileName, _ size: Int64, in pool: borrowing DirectoryPool
) throws {
    guard let temporary = FileName(NewFile.volumePrefix + randomName()) else { return }
    try NewFile.removeStale(in: pool.directory)
    let volumes = pool.pool
    let undo = Undo {
        // One that cannot be removed goes with the next replacement.
        do throws(LibvirtError) { try volumes.volume(name: temporary.text).delete() } catch {}
    }
    try Lifeline.step { try createQcow2(temporary, size, in: pool) }
    do throws(SystemError) { try pool.directory.rename(temporary.text, to: name.text) } catch {
        throw Refusal("cannot replace volume '\(name.text)'", error)
    }
    undo.forget()
}
