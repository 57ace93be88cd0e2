import Lifetime
import Protocol
import System
import Wire

extension SessionCommand {
    ///     C: {"cmd": "upload", "name": "ks.cfg", "length": 5}
    ///     C: text\n
    ///     S: {"success": true, "cmd": "upload", "name": "ks.cfg", "length": 5}
    static let upload = SessionCommand(
        "upload", .changes, isOriginal: true,
        summary: "store the bytes that follow the line in a file of this session"
    ) { parameters in
        let name = parameters.string("name", "the file's name, for use in other commands")
        let length = parameters.bodyLength("length", "how many bytes follow")

        return { session, request in
            let length = try request[length]
            let name = try FileName(checking: request[name], "file name")
            do {
                // The working directory is the session's own directory. The mode lets all read:
                // virt-install gives the file to guests with its mode, to be read by any user.
                let file = try AtomicFile(in: Directory("."), mode: 0o666)
                try session.wire.readBody { try file.descriptor.write($0) }
                try file.publish(as: name.text)
            } catch let error as SystemError {
                throw RequestError("cannot make file '\(name.text)' of \(length) bytes", error)
            }
            return [:]
        }
    }
}
