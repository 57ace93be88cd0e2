import Host

extension SessionCommand {
    ///     C: {"cmd": "upload", "name": "ks.cfg", "length": 5}
    ///     C: text\n
    ///     S: {"success": true, "cmd": "upload", "name": "ks.cfg", "length": 5}
    static let upload = SessionCommand(
        "upload", isOriginal: true,
        summary: "put the bytes that follow the line into a file of this session"
    ) { parameters in
        let name = parameters.string("name", "the file's name, for other commands to use")
        let length = parameters.bodyLength("length", "how many bytes follow")

        return { session, request in
            let length = try request[length]
            let name = try FileName(checking: request[name], "file name")
            do {
                // The session's own directory: it is where the process is.
                // A guest may get the file with its mode, and read it as whom it likes.
                let file = try NewFile(in: Directory("."), mode: 0o666)
                try session.wire.readBody { try file.file.write($0) }
                try file.publish(as: name.text)
            } catch let error as SystemError {
                throw Refusal("cannot make file '\(name.text)' of \(length) bytes", error)
            }
            return [:]
        }
    }
}
