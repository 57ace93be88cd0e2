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
            .object([("begun", .string("temporary-name"))] + name.members)
        case .volume(let volume):
            .object(
                [
                    ("begun", .string("volume")), ("uri", .string(volume.uri)),
                    ("pool", .string(volume.pool)), ("name", .string(volume.name)),
                ] + volume.identity.members)
        case .temporaryVolume(let volume):
            .object(
                [
                    ("begun", .string("temporary-volume")), ("uri", .string(volume.uri)),
                    ("pool", .string(volume.pool)), ("name", .string(volume.name)),
                ] + volume.identity.members)
        case .guest(let guest):
            .object([
                ("begun", .string("guest")), ("uri", .string(guest.uri)),
                ("name", .string(guest.name)), ("uuid", .string(guest.uuid)),
                ("boot", guest.boot.map { .string($0) } ?? .null),
                ("run", guest.run.json),
            ])
        case .clone(let clone):
            .object([
                ("begun", .string("clone")), ("uri", .string(clone.uri)),
                ("name", .string(clone.name)), ("uuid", .string(clone.uuid)),
                ("boot", clone.boot.map { .string($0) } ?? .null),
                ("files", .array(clone.files.map { .object($0.members) })),
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
            guard let name = TemporaryName(value) else { return nil }
            self = .temporaryName(name)
        case "volume":
            guard let uri = value.text("uri"), let pool = value.text("pool"),
                let name = value.text("name"), let identity = BegunVolume.Identity(value)
            else { return nil }
            self = .volume(BegunVolume(uri: uri, pool: pool, name: name, identity))
        case "temporary-volume":
            guard let uri = value.text("uri"), let pool = value.text("pool"),
                let name = value.text("name"), let identity = TemporaryVolume.Identity(value)
            else { return nil }
            self = .temporaryVolume(TemporaryVolume(uri: uri, pool: pool, name: name, identity))
        case "guest":
            guard let uri = value.text("uri"), let name = value.text("name"),
                let uuid = value.text("uuid"), let run = BegunGuest.Run(value["run"])
            else { return nil }
            self = .guest(
                BegunGuest(uri: uri, name: name, uuid: uuid, boot: value.text("boot"), run: run))
        case "clone":
            guard let uri = value.text("uri"), let name = value.text("name"),
                let uuid = value.text("uuid"), case .array(let values)? = value["files"]
            else { return nil }
            let files = values.compactMap { TemporaryName($0) }
            guard files.count == values.count else { return nil }
            self = .clone(
                BegunClone(uri: uri, name: name, uuid: uuid, boot: value.text("boot"), files: files)
            )
        default: return nil
        }
    }
}

extension TemporaryName {
    fileprivate var members: [(name: String, value: JSONValue)] {
        [
            ("directory", .string(directory)), ("inode", .unsigned(inode)), ("name", .string(name)),
        ]
    }

    fileprivate init?(_ value: JSONValue) {
        guard let directory = value.text("directory"), directory.hasPrefix("/"),
            let inode = value.number("inode", UInt64.init),
            let name = value.text("name").flatMap({ FileName($0) })
        else { return nil }
        self.init(directory: directory, inode: inode, name: name.text)
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

extension TemporaryVolume.Identity {
    fileprivate var members: [(name: String, value: JSONValue)] {
        switch self {
        case .file(let file):
            [
                ("identity", .string("file")), ("directory", .string(file.directory)),
                ("directory-inode", .unsigned(file.inode)), ("file", .string(file.name)),
                ("inode", .unsigned(file.birth.inode)), ("time", .integer(file.birth.time)),
            ]
        case .key(let key): [("identity", .string("key")), ("key", .string(key))]
        }
    }

    fileprivate init?(_ value: JSONValue) {
        switch value.text("identity") {
        case "file":
            guard let directory = value.text("directory"), directory.hasPrefix("/"),
                let directoryInode = value.number("directory-inode", UInt64.init),
                let name = value.text("file").flatMap({ FileName($0) }),
                let inode = value.number("inode", UInt64.init),
                let time = value.number("time", Int64.init)
            else { return nil }
            self = .file(
                VolumeFile(
                    directory: directory, inode: directoryInode, name: name.text,
                    birth: FileBirth(inode: inode, time: time)))
        case "key":
            guard let key = value.text("key") else { return nil }
            self = .key(key)
        default: return nil
        }
    }
}

extension BegunGuest.Run {
    fileprivate var json: JSONValue {
        switch self {
        case .requested: .null
        case .number(let number): .integer(Int64(number))
        case .any: .string("any")
        }
    }

    fileprivate init?(_ value: JSONValue?) {
        switch value {
        case .null: self = .requested
        case .string("any"): self = .any
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
