import Confinement
import Libvirt
import Lifetime
import System

extension Options {
    /// The required option `vol`. The body looks it up with `Shell.volume`.
    mutating func volume(_ help: String = "volume name, key or path") -> Key<String> {
        data("vol", help, names: .volume)
    }

    /// The optional option `pool`.
    mutating func poolIfGiven() -> Key<String?> {
        string("pool", "pool name or uuid", names: .pool, place: .positional)
    }

    mutating func preallocateMetadata() -> Key<Bool> {
        flag("prealloc-metadata", "allocate metadata now (qcow2)")
    }

    mutating func reflink() -> Key<Bool> {
        flag("reflink", "share blocks if the file system supports it")
    }

    mutating func validate() -> Key<Bool> {
        flag("validate", "check the XML against the schema")
    }
}

extension Shell {
    /// The volume that a word names: by name if `poolWord` names its pool, by key, or by path.
    /// `option` is the name of the option for the pool, for messages.
    /// virsh 9.0.0: `virshCommandOptVolBy`.
    func volume(
        _ word: String, in poolWord: String?, option: String = "pool"
    ) throws -> StorageVolume {
        guard let poolWord else {
            return try volume(
                keyOrPath: word,
                otherwise: "failed to get vol '\(word)', specifying --\(option) might help")
        }
        let pool = try pool(poolWord)
        guard tolerating({ () throws(LibvirtError) in try pool.isActive() }) == true else {
            throw CommandFailure("pool '\(poolWord)' is not active")
        }
        let named = tolerating { () throws(LibvirtError) in try pool.volume(name: word) }
        let found = try named ?? volume(keyOrPath: word)
        LibvirtError.forgetReported()
        // A key or a path may belong to another pool than the one that was named.
        let owner = tolerating { () throws(LibvirtError) in try found.pool().name() }
        let name = try pool.name()
        if let owner, owner != name {
            throw CommandFailure("Requested volume '\(word)' is not in pool '\(name)'")
        }
        return found
    }

    /// As `volume(_:in:option:)`, for its content: fails if a session is filling the volume, or if
    /// it ended while it did so and the volume is not removed yet.
    func completeVolume(
        _ word: String, in poolWord: String?, option: String = "pool"
    ) throws -> StorageVolume {
        let volume = try volume(word, in: poolWord, option: option)
        guard let journal = Journal.current else { return volume }
        let (pool, name) = (try volume.pool().name(), try volume.name())
        let uri = try connection.uri()
        let isIncomplete: Bool
        do throws(SystemError) {
            isIncomplete = try journal.isIncomplete(volume: name, ofPool: pool, uri: uri)
        } catch {
            throw CommandFailure("cannot read the journal '\(journal.path)': \(error.message)")
        }
        guard !isIncomplete else {
            throw CommandFailure(
                "volume '\(name)' in pool '\(pool)' is incomplete: its upload has not ended")
        }
        return volume
    }

    /// The volume with this key or path. Fails with `line` if there is none.
    func volume(keyOrPath word: String, otherwise line: String? = nil) throws -> StorageVolume {
        let connection = try connection
        let keyed = tolerating {
            () throws(LibvirtError) in try connection.storageVolume(key: word)
        }
        let found =
            try keyed
            ?? lookUp(line ?? "failed to get vol '\(word)'") {
                () throws(LibvirtError) in try connection.storageVolume(path: word)
            }
        // A lookup by key that failed before the one by path is not an error.
        LibvirtError.forgetReported()
        try gate.willUse(found.pool())
        return found
    }

    /// The name of a volume, for the gate.
    func name(of volume: StorageVolume) throws(LibvirtError) -> VolumeName {
        VolumeName(pool: try volume.pool().name(), name: try volume.name())
    }
}
