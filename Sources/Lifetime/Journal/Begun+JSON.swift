import System
import Text

/// Why a record cannot be used.
package struct RecordDamage: Error, Hashable, Sendable {
    package let problem: String
}

extension Begun {
    /// As in a record.
    var json: JSONValue {
        switch self {
        case .temporaryName(let name):
            .object([
                ("begun", .string("temporary-name")), ("directory", .string(name.directory)),
                ("inode", .unsigned(name.inode)), ("name", .string(name.name)),
            ])
        case .volume(let volume):
            .object(
                [
                    ("begun", .string("volume")), ("uri", .string(volume.uri)),
                    ("pool", .string(volume.pool)), ("name", .string(volume.name)),
                ] + volume.identity.members)
        case .guest(let guest):
            .object([
                ("begun", .string("guest")), ("uri", .string(guest.uri)),
                ("name", .string(guest.name)), ("uuid", .string(guest.uuid)),
                ("boot", guest.boot.map { .string($0) } ?? .null),
                ("run", guest.run.json),
            ])
        }
    }

    /// The last whole line of a record counts; `nil` if there is none, so that nothing was begun.
    static func read(_ bytes: [UInt8]) throws(RecordDamage) -> Begun? {
        let end = UInt8(ascii: "\n")
        guard let last = bytes.lastIndex(of: end) else { return nil }
        let start = bytes[..<last].lastIndex(of: end).map { $0 + 1 } ?? 0
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONParser.value(of: String(decoding: bytes[start..<last], as: UTF8.self))
        } catch { throw RecordDamage(problem: error.message) }
        guard let begun = Begun(value) else {
            throw RecordDamage(problem: "it is not a record of this version")
        }
        return begun
    }

    private init?(_ value: JSONValue) {
        switch value.text("begun") {
        case "temporary-name":
            guard let directory = value.text("directory"), directory.hasPrefix("/"),
                let inode = value.number("inode", UInt64.init),
                let name = value.text("name").flatMap({ FileName($0) })
            else { return nil }
            self = .temporaryName(
                TemporaryName(directory: directory, inode: inode, name: name.text))
        case "volume":
            guard let uri = value.text("uri"), let pool = value.text("pool"),
                let name = value.text("name"), let identity = BegunVolume.Identity(value)
            else { return nil }
            self = .volume(BegunVolume(uri: uri, pool: pool, name: name, identity))
        case "guest":
            guard let uri = value.text("uri"), let name = value.text("name"),
                let uuid = value.text("uuid"), let run = BegunGuest.Run(value["run"])
            else { return nil }
            self = .guest(
                BegunGuest(uri: uri, name: name, uuid: uuid, boot: value.text("boot"), run: run))
        default: return nil
        }
    }
}

extension BegunVolume.Identity {
    fileprivate var members: [(name: String, value: JSONValue)] {
        switch self {
        case .uniqueName: [("identity", .string("unique-name"))]
        case .requested(let capacity):
            [("identity", .string("requested")), ("capacity", .unsigned(capacity))]
        case .made(let key, let birth):
            [
                ("identity", .string("made")), ("key", .string(key)),
                ("inode", birth.map { .unsigned($0.inode) } ?? .null),
                ("time", birth.map { .integer($0.time) } ?? .null),
            ]
        }
    }

    fileprivate init?(_ value: JSONValue) {
        switch value.text("identity") {
        case "unique-name": self = .uniqueName
        case "requested":
            guard let capacity = value.number("capacity", UInt64.init) else { return nil }
            self = .requested(capacity)
        case "made":
            guard let key = value.text("key") else { return nil }
            guard let inode = value.number("inode", UInt64.init),
                let time = value.number("time", Int64.init)
            else {
                self = .made(key: key, nil)
                return
            }
            self = .made(key: key, FileBirth(inode: inode, time: time))
        default: return nil
        }
    }
}

extension BegunGuest.Run {
    fileprivate var json: JSONValue {
        switch self {
        case .requested: .null
        case .number(let number): .integer(Int64(number))
        }
    }

    fileprivate init?(_ value: JSONValue?) {
        switch value {
        case .null: self = .requested
        case .number(let text):
            guard let number = UInt32(text) else { return nil }
            self = .number(number)
        default: return nil
        }
    }
}

extension JSONValue {
    fileprivate static func unsigned(_ value: UInt64) -> JSONValue { .number(String(value)) }

    fileprivate func text(_ name: String) -> String? {
        guard case .string(let text)? = self[name] else { return nil }
        return text
    }

    fileprivate func number<Value>(_ name: String, _ read: (String) -> Value?) -> Value? {
        guard case .number(let text)? = self[name] else { return nil }
        return read(text)
    }
}
