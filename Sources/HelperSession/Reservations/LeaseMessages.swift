import Policy
import System
import Text

// What a session that takes leased domains over, and the one that has them, tell each other.

/// Asks for leased domains.
struct LeaseRequest {
    /// `nil`: all.
    let domain: String?
    let uri: String
    /// Who asks.
    let taker: SessionFacts

    var json: JSONValue {
        .object([
            ("domain", domain.map { .string($0) } ?? .null), ("uri", .string(uri)),
            ("taker", taker.withoutDomains.json),
        ])
    }

    init(domain: String?, uri: String, taker: SessionFacts) {
        self.domain = domain
        self.uri = uri
        self.taker = taker
    }

    /// `nil` if it is not of this version.
    init?(_ value: JSONValue) {
        guard case .string(let uri)? = value["uri"],
            let taker = value["taker"].flatMap({ SessionFacts($0) })
        else { return nil }
        var domain: String?
        if case .string(let name)? = value["domain"] { domain = name }
        self.init(domain: domain, uri: uri, taker: taker)
    }

    func accepts(_ name: String) -> Bool {
        domain.map { $0.utf8.elementsEqual(name.utf8) } ?? true
    }
}

/// Describes a domain, with which its lock, the record of what is undone at its release, and the
/// locks of its ports are passed, in this order.
struct LeasedDomain {
    let name: String
    let since: Int64
    let note: String?
    /// Of a guest on demand.
    let needs: GuestNeeds?
    /// The path of the record; `nil` if there is none.
    let record: String?
    let ports: [UInt16]

    var json: JSONValue {
        .object([
            ("domain", .string(name)), ("since", .integer(since)),
            ("note", note.map { .string($0) } ?? .null), ("needs", needs?.json ?? .null),
            ("record", record.map { .string($0) } ?? .null),
            ("ports", .array(ports.map { .integer(Int64($0)) })),
        ])
    }
}

extension LeasedDomain {
    init?(_ value: JSONValue) {
        guard case .string(let name)? = value["domain"], case .number(let since)? = value["since"],
            let since = Int64(since), case .array(let ports)? = value["ports"]
        else { return nil }
        func text(_ name: String) -> String? {
            guard case .string(let text)? = value[name] else { return nil }
            return text
        }
        self.name = name
        self.since = since
        note = text("note")
        needs = value["needs"].flatMap { GuestNeeds($0) }
        record = text("record")
        self.ports = ports.compactMap {
            if case .number(let digits) = $0 { UInt16(digits) } else { nil }
        }
    }
}

/// The other messages.
enum LeaseMessage {
    case request(LeaseRequest)
    case domain(LeasedDomain)
    /// The taker has locked what it can, and is prepared.
    case prepared
    /// The taker cannot take the domain.
    case refused
    /// The old holder gives the domain up. From here on it is the taker's.
    case given
    /// The record of a temporary volume.
    case volume(path: String)
    /// Nothing more is handed over. `problem`: why a domain was not, without a subject.
    case end(problem: String?)

    var json: JSONValue {
        switch self {
        case .request(let request): .object([("request", request.json)])
        case .domain(let domain): .object([("domain", domain.json)])
        case .prepared: .object([("prepared", .bool(true))])
        case .refused: .object([("refused", .bool(true))])
        case .given: .object([("given", .bool(true))])
        case .volume(let path): .object([("volume", .string(path))])
        case .end(let problem): .object([("end", problem.map { .string($0) } ?? .null)])
        }
    }

    init?(_ value: JSONValue) {
        if let request = value["request"].flatMap({ LeaseRequest($0) }) {
            self = .request(request)
        } else if let domain = value["domain"].flatMap({ LeasedDomain($0) }) {
            self = .domain(domain)
        } else if value["prepared"] != nil {
            self = .prepared
        } else if value["refused"] != nil {
            self = .refused
        } else if value["given"] != nil {
            self = .given
        } else if case .string(let path)? = value["volume"] {
            self = .volume(path: path)
        } else if let end = value["end"] {
            if case .string(let problem) = end {
                self = .end(problem: problem)
            } else {
                self = .end(problem: nil)
            }
        } else {
            return nil
        }
    }
}

extension LocalSocket {
    func send(_ message: LeaseMessage, passing files: [Int32] = []) throws(SystemError) {
        var bytes: [UInt8] = []
        message.json.write(to: &bytes)
        try send(bytes, passing: files)
    }

    /// `nil` at the end; throws `EPROTO` if the message is not of this version.
    func receiveMessage() throws(SystemError) -> (message: LeaseMessage, files: [PassedFile])? {
        guard let received = try receive() else { return nil }
        do throws(JSONError) {
            let text = String(decoding: received.bytes, as: UTF8.self)
            if let message = LeaseMessage(try JSONParser.value(of: text)) {
                return (message, received.files)
            }
        } catch {}
        throw .unexpected
    }
}
