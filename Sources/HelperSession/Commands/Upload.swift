import Confinement
import Lifetime
import Protocol
import System
import Wire

extension SessionCommand {
    ///     C: {"cmd": "upload", "name": "ks.cfg", "length": 5}
    ///     C: text\n
    ///     S: {"success": true, "cmd": "upload", "name": "ks.cfg", "length": 5}
    static let upload = SessionCommand(
        "upload", .changes, isOriginal: true, usesHost: false,
        group: .volumes,
        summary: "store the bytes that follow the line in a file of this session",
        example: "ssh HOST upload name=ks.cfg <ks.cfg"
    ) { parameters in
        let name = parameters.string("name", "the file's name, for use in other commands")
        let length = parameters.bodyLength("length", "how many bytes follow")

        return { session, request in
            let length = try request[length]
            let name = try FileName(checking: request[name], "file name")
            try session.gate.willMakeFile(named: name.text)
            let stored = StoredPart(session.gate)
            if let count = length.count { try stored.add(count) }
            do {
                // The working directory is the session's own directory. The mode lets all read:
                // virt-install gives the file to guests with its mode, to be read by any user.
                let file = try AtomicFile(in: Directory("."), mode: 0o666)
                try session.wire.readBody { piece in
                    if length.count == nil { try stored.add(UInt64(piece.count)) }
                    try file.descriptor.write(piece)
                }
                try file.publish(as: name.text)
                stored.keep()
            } catch let error as SystemError {
                throw RequestError(
                    "cannot make file '\(name.text)'\(length.ofBytes) in '\(currentDirectory())'",
                    error)
            }
            return [:]
        }
    }
}
