import Confinement
import Libvirt
import Protocol
import System
import Text
import Volumes

extension SessionCommand {
    ///     C: {"cmd": "download-volume", "pool": "default", "name": "new.img"}
    ///     S: {"success": true, "cmd": "download-volume", "pool": "default", "name": "new.img",
    ///         "length": 5, "size": 5}
    ///     S: text\n
    static let downloadVolume = SessionCommand(
        "download-volume", .reads, sendsBytes: true, group: .volumes,
        summary: "send a volume's bytes after the reply",
        example: "ssh HOST download-volume name=9.6.img >9.6.img"
    ) { parameters in
        let pool = parameters.optionalName(
            "pool", "the volume's pool (default: the only pool, or 'default')")
        let name = parameters.string("name", "the volume")
        let offset = parameters.optionalSize("offset", "the first byte to send (default: 0)")
        let length = parameters.optionalSize(
            "length", "how many bytes of the volume to send (default: all to the end)")
        let encoding = parameters.optionalChoice(
            "encoding", [Encoding.zstd.rawValue], "how to compress the bytes (default: not)")

        return { session, request in
            let name = try volumeName(request[name])
            let (offset, length) = (try request[offset] ?? 0, try request[length])
            let connection = try session.host.open()
            let given = try request[pool]
            let pool = try Pool(named: given ?? connection.defaultPool(), connection)
            try pool.requireActive()
            let source = try session.gate.exclusively {
                try session.gate.willUse(pool.pool)
                try session.gate.willRead(VolumeName(pool: pool.name, name: name.text))
                return try pool.source(name, connection, session.gate)
            }
            // Clients may send any number up to 2^63 - 1: the sum must not trap.
            let end = length.map { offset.addingReportingOverflow($0) }
            guard offset <= source.size,
                end.map({ !$0.overflow && $0.partialValue <= source.size }) ?? true
            else {
                throw RequestError(
                    .badRequest,
                    "volume '\(name.text)' has \(source.size) bytes: 'offset' and 'length' must not "
                        + "reach beyond")
            }
            let range = offset..<(end?.partialValue ?? source.size)
            var results: Reply.Results = ["size": .integer(source.size)]
            // Between the bytes there is no place for events of the line protocol.
            let display = session.progressDisplay
            if given == nil { results.members.append(("pool", .string(pool.name))) }
            if try request[encoding] != nil {
                let encoded = try EncodedDownload(name, range, from: source, session.gate) {
                    done in
                    try display?.show(UInt64(done), UInt64(range.count))
                }
                results.members.append(("length", .integer(encoded.length)))
                results.body = { wire in
                    try encoded.write(to: wire) { done in
                        try display?.show(UInt64(done), UInt64(encoded.length))
                    }
                }
                return results
            }
            // Otherwise the reply repeats the argument of that name.
            if length == nil { results.members.append(("length", .integer(Int64(range.count)))) }
            // Opens now, before the reply: afterwards an error could only end the session.
            let write = try source.open(range) { done in
                try display?.show(UInt64(done), UInt64(range.count))
            }
            results.body = { wire in try write(wire) }
            return results
        }
    }
}
