import Confinement
import Libvirt
import Protocol
import Volumes

extension SessionCommand {
    ///     C: {"cmd": "copy-volume", "pool": "default", "from": "9.6.img", "to_domain": "vm2"}
    ///     S: {"success": true, "cmd": "copy-volume", "pool": "default", ...}
    static let copyVolume = SessionCommand(
        "copy-volume", .changes, aliases: ["vol-copy"], isOriginal: true,
        group: .volumes,
        summary: "copy or move a volume within a directory pool, replacing the target",
        example: "ssh HOST copy-volume default 9.6.img to_domain=vm1"
    ) { parameters in
        let pool = parameters.name("pool", "the pool of both volumes")
        let from = parameters.string("from", "the volume to copy")
        let to = parameters.optionalString("to", "the volume to create or replace")
        let toDomain = parameters.optionalName(
            "to_domain", "instead of 'to': replace this domain's first volume of the pool")
        let move = parameters.flag("move", "rename the volume instead of copying it")
        let temporary = parameters.temporary()
        let force = parameters.force()
        let wantsProgress = parameters.progress()
        parameters.exactlyOne(of: "to", "to_domain")

        return { session, request in
            let from = try volumeName(request[from])
            let move = try request[move]
            let connection = try session.host.open()
            let pool = try DirectoryPool(named: request[pool], connection)
            let target: CopyTarget
            if let domain = try request[toDomain] {
                target = try CopyTarget(domain, in: pool, connection)
                try session.gate.willChange(connection.domain(name: domain))
            } else if let name = try request[to] {
                target = CopyTarget(volume: try volumeName(name))
            } else {
                // `exactlyOne` counts an argument that is null as sent.
                throw RequestError(.badRequest, "'to' or 'to_domain' must be a string, not null")
            }
            var progress = session.progress(of: request, try request[wantsProgress])
            let overwriting = try session.overwriteGuard(force: request[force])
            let lifetime = try session.lifetime(isTemporary: request[temporary])
            try pool.copy(
                from, to: target, move: move, lifetime: lifetime, overwriting, progress: &progress)
            return [:]
        }
    }
}
