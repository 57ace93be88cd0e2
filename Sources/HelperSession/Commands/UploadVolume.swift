import Confinement
import Libvirt
import Protocol
import System
import Text
import Volumes

extension SessionCommand {
    ///     C: {"cmd": "upload-volume", "pool": "default", "name": "new.img", "length": 5}
    ///     C: text\n
    ///     S: {"success": true, "cmd": "upload-volume", "pool": "default", "name": "new.img",
    ///         "length": 5, "format": "raw", "capacity": 5, "allocation": 4096}
    static let uploadVolume = SessionCommand(
        "upload-volume", .changes, group: .volumes,
        summary: "store the bytes that follow the line in a volume",
        example: "ssh HOST upload-volume name=9.6.img <9.6.img"
    ) { parameters in
        let pool = parameters.optionalName(
            "pool", "the pool to create it in (default: the only pool, or 'default')")
        let name = parameters.string("name", "the volume to create")
        let length = parameters.bodyLength("length", "how many bytes follow")
        let encoding = parameters.optionalChoice(
            "encoding", UploadEncoding.words,
            "how the bytes are compressed; auto: as they look, or not (default: not)")
        let format = parameters.optionalChoice(
            "format", ImageFormat.names, "the format that the content must have (default: any)")
        let sparse = parameters.optionalFlag(
            "sparse", "false: write blocks of zeros instead of making them holes")
        let sha256 = parameters.optionalString("sha256", "the SHA-256 that the bytes must have")
        let replace = parameters.flag("replace", "replace a volume of that name")
        let temporary = parameters.temporary()
        let force = parameters.force()
        let wantsProgress = parameters.progress()

        return { session, request in
            let upload = VolumeUpload(
                name: try volumeName(request[name]), length: try request[length],
                encoding: UploadEncoding(try request[encoding]), format: try request[format],
                isSparse: try request[sparse] ?? true,
                sha256: try request[sha256].map(checksum), isReplacing: try request[replace],
                lifetime: try session.lifetime(isTemporary: request[temporary]))
            let connection = try session.host.open()
            let given = try request[pool]
            let pool = try Pool(named: given ?? connection.defaultPool(), connection)
            try session.gate.willUse(pool.pool)
            try pool.requireActive()
            var progress = session.progress(of: request, try request[wantsProgress])
            let overwriting = try session.overwriteGuard(force: request[force])
            let probed: String
            if let directory = try pool.directoryPool(forWriting: true) {
                probed = try directory.receive(upload, session.wire, overwriting, &progress)
            } else {
                probed = try pool.receive(
                    upload, session.wire, session.host, overwriting, &progress)
            }
            var results: Reply.Results = given == nil ? ["pool": .string(pool.name)] : [:]
            // Otherwise the reply repeats the argument of that name.
            if request["format"]?.value.isNull ?? true {
                results.members.append(("format", .string(probed)))
            }
            if let info = pool.info(ofStored: upload.name, session.host) {
                results.members.append(("capacity", .integer(Int64(clamping: info.capacity))))
                results.members.append(("allocation", .integer(Int64(clamping: info.allocation))))
            }
            return results
        }
    }
}

/// Validates the client's SHA-256 and returns it in lower case.
private func checksum(_ text: String) throws -> String {
    guard text.utf8.count == 64, text.allSatisfy({ $0.isASCII && $0.isHexDigit }) else {
        throw RequestError(
            .badRequest, "'sha256' must be 64 hexadecimal digits, not '\(text.prefix(100))'")
    }
    return text.lowercased()
}
