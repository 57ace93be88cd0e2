import Host
import Libvirt

extension SessionCommand {
    ///     C: {"cmd": "download-volume", "pool": "default", "name": "new.img"}
    ///     S: {"success": true, "cmd": "download-volume", "pool": "default", "name": "new.img",
    ///         "length": 5, "size": 5}
    ///     S: text\n
    static let downloadVolume = SessionCommand(
        "download-volume", summary: "give the bytes of a volume, which follow the reply"
    ) { parameters in
        let pool = parameters.name("pool", "the pool that it is in")
        let name = parameters.string("name", "the volume")
        let offset = parameters.optionalSize("offset", "the first byte to give; else 0")
        let length = parameters.optionalSize("length", "how many bytes; else all up to the end")

        return { session, request in
            let name = try volumeName(request[name])
            let (offset, length) = (try request[offset] ?? 0, try request[length])
            let connection = try session.host.open()
            let found = try FoundPool(named: request[pool], connection)
            try found.checkActive()
            let source = try found.source(name, connection)
            let end = length.map { offset.addingReportingOverflow($0) }
            guard offset <= source.size,
                end.map({ !$0.overflow && $0.partialValue <= source.size }) ?? true
            else {
                throw Refusal(
                    .badRequest,
                    "volume '\(name.text)' has \(source.size) bytes: 'offset' and 'length' must not "
                        + "reach beyond")
            }
            let range = offset..<(end?.partialValue ?? source.size)
            var results: Results = ["size": .integer(source.size)]
            if length == nil { results.members.append(("length", .integer(Int64(range.count)))) }
            results.body = try source.open(range)
            return results
        }
    }
}
