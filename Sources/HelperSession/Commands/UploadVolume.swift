import Host
import Libvirt

extension SessionCommand {
    ///     C: {"cmd": "upload-volume", "pool": "default", "name": "new.img", "length": 5}
    ///     C: text\n
    ///     S: {"success": true, "cmd": "upload-volume", "pool": "default", "name": "new.img",
    ///         "length": 5, "format": "raw", "capacity": 5, "allocation": 4096}
    static let uploadVolume = SessionCommand(
        "upload-volume", summary: "put the bytes that follow the line into a volume"
    ) { parameters in
        let pool = parameters.name("pool", "the pool to make it in")
        let name = parameters.string("name", "the volume to make")
        let length = parameters.bodyLength("length", "how many bytes follow")
        let format = parameters.optionalChoice(
            "format", ImageFormat.names, "what the bytes must be; else that is found out")
        let sparse = parameters.optionalFlag(
            "sparse", "false: write blocks of zeros, too, which else become holes")
        let sha256 = parameters.optionalString("sha256", "what the bytes' SHA-256 must be")
        let replace = parameters.flag("replace", "replace a volume of that name")
        let wantsProgress = parameters.progress()

        return { session, request in
            let upload = VolumeUpload(
                name: try volumeName(request[name]), length: try request[length],
                format: try request[format], isSparse: try request[sparse] ?? true,
                sha256: try request[sha256].map(checksum), isReplacing: try request[replace])
            let found = try FoundPool(named: request[pool], session.host.open())
            try found.checkActive()
            var progress = session.progress(of: request, try request[wantsProgress])
            let probed: String
            if let pool = try found.directoryPool(toWrite: true) {
                probed = try pool.receive(upload, session.wire, &progress)
            } else {
                probed = try found.receive(upload, session.wire, session.host, &progress)
            }
            var results: Results = [:]
            if request["format"].map(\.isNull) ?? true {
                results.members.append(("format", .string(probed)))
            }
            let info = try found.pool.volume(name: upload.name.text).info()
            results.members.append(("capacity", .integer(Int64(clamping: info.capacity))))
            results.members.append(("allocation", .integer(Int64(clamping: info.allocation))))
            return results
        }
    }
}

/// A SHA-256 as a client gives it, in lower case.
private func checksum(_ text: String) throws -> String {
    guard text.utf8.count == 64, text.allSatisfy({ $0.isASCII && $0.isHexDigit }) else {
        throw Refusal(
            .badRequest, "'sha256' must be 64 hexadecimal digits, not '\(text.prefix(100))'")
    }
    return text.lowercased()
}
