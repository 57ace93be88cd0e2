import Libvirt
import Protocol
import Volumes

extension SessionCommand {
    ///     C: {"cmd": "create-volume", "pool": "default", "name": "new.img", "format": "raw",
    ///         "size": 10737418240}
    ///     S: {"success": true, "cmd": "create-volume", "pool": "default", ...}
    static let createVolume = SessionCommand(
        "create-volume", .changes, isOriginal: true, group: .volumes,
        summary: "create an empty volume in a directory pool",
        example: "ssh HOST create-volume default new.img qcow2 10G"
    ) { parameters in
        let pool = parameters.name("pool", "the pool to create it in")
        let name = parameters.string("name", "the new volume's name")
        let format = parameters.string("format", "raw (sparse) or qcow2 (metadata preallocated)")
        let size = parameters.size("size", "the size that the guest sees")
        let removeExisting = parameters.flag(
            "remove_existing", "replace a volume of that name; without it, that is an error")
        let temporary = parameters.temporary()
        let force = parameters.force()

        return { session, request in
            let (word, size) = (try request[format], try request[size])
            guard let format = VolumeFormat(rawValue: word) else {
                throw RequestError(
                    .badRequest, "invalid format: \(word) (raw and qcow2 are valid)")
            }
            let name = try volumeName(request[name])
            let replacing = try request[removeExisting]
            let pool = try DirectoryPool(named: request[pool], session.host.open())
            let overwriting = try session.overwriteGuard(force: request[force])
            let lifetime = try session.lifetime(isTemporary: request[temporary])
            try pool.create(
                name, format, size: size, replacing: replacing, lifetime: lifetime, overwriting)
            return [:]
        }
    }
}
