import Policy
import Protocol
import Text

/// For how long a reservation outlives a lost connection.
struct Lease: Hashable, Sendable {
    /// From the loss of the connection on.
    let seconds: Double
    /// The libvirt host of the domain. A session that takes the domain over must have the same.
    let uri: String
    /// When it ends, in seconds since 1970; `nil` as long as the client is there.
    var end: Int64?

    /// The maximum, in seconds: a day.
    static let longest = 86400.0

    init(seconds: Double, uri: String) {
        self.seconds = seconds
        self.uri = uri
    }

    /// As another session says.
    init?(_ value: JSONValue) {
        guard case .number(let seconds)? = value["seconds"], let seconds = Double(seconds),
            case .string(let uri)? = value["uri"]
        else { return nil }
        self.init(seconds: seconds, uri: uri)
        if case .number(let end)? = value["end"] { self.end = Int64(end) }
    }

    var json: JSONValue {
        .object([
            ("seconds", .seconds(seconds)), ("uri", .string(uri)),
            ("end", end.map { .integer($0) } ?? .null),
        ])
    }

    /// Throws a `Denial` if the role does not permit so long a lease.
    static func checked(_ seconds: Double, _ policy: Policy) throws -> Double {
        guard (1...longest).contains(seconds) else {
            throw RequestError(
                .badRequest,
                "'lease' must be a number of seconds from 1 to \(Int(longest)), which is a day")
        }
        if let denial = policy.denial(ofLease: seconds) { throw denial }
        return seconds
    }
}
