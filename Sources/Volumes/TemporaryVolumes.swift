import CleanUp
package import Libvirt
package import Lifetime
import Protocol
import Synchronization
import System

/// The temporary volumes of a session.
///
/// Each has a record in the journal from before it gets its name until it is removed: by this
/// process, or else by the next session. It is removed only if it is still the same volume, and not
/// while a domain uses it that another session has reserved; then the clean-up tries again.
package final class TemporaryVolumes: Sendable {
    private let rollbacks: LastingRollbacks
    private let isHeldByOther: @Sendable (_ domain: String) throws -> Bool
    private let claims = Mutex<[VolumeClaim]>([])

    /// `isHeldByOther`: whether another session has reserved a domain.
    package init(
        _ rollbacks: LastingRollbacks,
        isHeldByOther: @escaping @Sendable (_ domain: String) throws -> Bool
    ) {
        self.rollbacks = rollbacks
        self.isHeldByOther = isHeldByOther
    }

    /// Whether a volume of this session is to be removed at its end.
    package var isEmpty: Bool { claims.withLock { $0.isEmpty } }

    fileprivate func claim(
        _ volume: TemporaryVolume, _ host: HostConnection
    ) throws -> VolumeClaim {
        let action = try removal(of: volume, host)
        let entry = JournalEntry(isDurable: true)
        do throws(SystemError) { try entry.note(.temporaryVolume(volume)) } catch {
            throw RequestError.journal(error)
        }
        return VolumeClaim(
            volume, LastingRollback(Rollback(recording: entry, action)), self)
    }

    /// The action that removes a volume. It does not wait for a daemon that is away: the clean-up
    /// tries longer, in the background.
    private func removal(
        of volume: TemporaryVolume, _ host: HostConnection
    ) throws -> @Sendable () throws -> Void {
        let (open, uri, isHeldByOther) = (try host.open(), host.uri, isHeldByOther)
        return {
            guard try !volume.isGone else { return }
            let connection =
                open.isAlive
                ? open
                : try Connection.open(
                    uri, readOnly: false, policy: open.policy, until: .now + .seconds(5))
            // A role may not see all users of a volume.
            let all = connection.unfiltered
            _ = try volume.remove(all) {
                try users(of: volume, all).first(where: isHeldByOther)
            }
        }
    }

    /// Hands the volumes over to another session: `give` passes the record of each, and returns
    /// whether it did.
    package func handOver<Failure>(
        _ give: (JournalRecord) throws(Failure) -> Bool
    ) throws(Failure) {
        for claim in claims.withLock({ $0 }) {
            let isGiven = try claim.rollback.handOver { (record) throws(Failure) in
                guard let record else { return false }
                return try give(record)
            }
            if isGiven { claims.withLock { $0.removeAll { $0 === claim } } }
        }
    }

    /// Takes a volume over from another session; `record` returns its record.
    package func adopt(
        _ volume: TemporaryVolume, _ host: HostConnection, _ record: () -> JournalRecord?
    ) throws {
        let action = try removal(of: volume, host)
        guard let record = record() else { return }
        let rollback = Rollback(recording: JournalEntry(adopting: record, isDurable: true), action)
        keep(VolumeClaim(volume, LastingRollback(rollback), self))
    }

    fileprivate func keep(_ claim: VolumeClaim) {
        let replaced = claims.withLock { claims in
            let replaced = claims.filter {
                $0.volume.pool == claim.volume.pool && $0.volume.name == claim.volume.name
            }
            claims.removeAll { old in replaced.contains { $0 === old } }
            claims.append(claim)
            return replaced
        }
        // What it replaced is gone, so its record is no longer needed. Not while the list is locked:
        // this enters a critical section.
        for old in replaced { old.rollback.commit() }
        rollbacks.removeEnded()
        rollbacks.keep(claim.rollback)
    }
}

/// A volume that is to become a temporary one: removed unless `keep` is called, and else at the end
/// of the session.
final class VolumeClaim: Sendable {
    let volume: TemporaryVolume
    fileprivate let rollback: LastingRollback
    private let volumes: TemporaryVolumes

    fileprivate init(
        _ volume: TemporaryVolume, _ rollback: LastingRollback, _ volumes: TemporaryVolumes
    ) {
        self.volume = volume
        self.rollback = rollback
        self.volumes = volumes
    }

    /// The volume is complete and has its name.
    func keep() { volumes.keep(self) }
}

/// How long a new volume stays.
package enum VolumeLifetime: Sendable {
    case permanent
    /// To the end of the session.
    case session(TemporaryVolumes)

    /// Fails early if a volume of the pool could not be recognized later, so that another one might
    /// be removed in its place.
    func check(_ pool: borrowing DirectoryPool) throws {
        guard case .session = self else { return }
        let birth: FileBirth
        do throws(SystemError) { birth = try FileBirth(of: pool.directory.descriptor) } catch {
            throw RequestError("cannot examine '\(pool.directory.path)'", error)
        }
        guard birth.time == 0 else { return }
        throw RequestError(
            .unsupported,
            "pool '\(pool.name)' cannot have temporary volumes: its file system does not record "
                + "when a file was created, so they could not be recognized",
            object: pool.name)
    }

    /// The same for a pool that perhaps only libvirt can reach.
    func check(_ pool: Pool) throws {
        guard case .session = self, pool.type != Self.typeWithUniqueKeys else { return }
        guard pool.isLocal, pool.storesLocalFiles else {
            throw RequestError(
                .unsupported,
                "pool '\(pool.name)' cannot have temporary volumes: they could not be recognized "
                    + "in a pool of type '\(pool.type)'"
                    + (pool.isLocal ? "" : " on another host"), object: pool.name)
        }
        try check(DirectoryPool(pool, pool.openDirectory()))
    }

    /// libvirt reports the UUID of a logical volume as its key.
    private static let typeWithUniqueKeys = "logical"

    /// Records a file that is about to get a volume's name; `nil` for a permanent volume.
    func claim(
        _ file: borrowing FileDescriptor, as name: FileName, in pool: borrowing DirectoryPool,
        _ host: HostConnection
    ) throws -> VolumeClaim? {
        guard case .session(let volumes) = self else { return nil }
        let identity: VolumeFile
        do throws(SystemError) {
            identity = try VolumeFile(name.text, in: pool.directory, FileBirth(of: file))
        } catch { throw RequestError("cannot examine the new volume '\(name.text)'", error) }
        return try volumes.claim(
            TemporaryVolume(uri: pool.uri, pool: pool.name, name: name.text, .file(identity)),
            host)
    }

    /// Records a volume that libvirt has made under its own name.
    func claim(
        _ volume: StorageVolume, as name: FileName, in pool: Pool, _ host: HostConnection
    ) throws -> VolumeClaim? {
        guard case .session(let volumes) = self else { return nil }
        guard pool.type == Self.typeWithUniqueKeys else {
            let files = DirectoryPool(pool, try pool.openDirectory())
            guard let birth = try FileBirth(volume.path()) else {
                throw RequestError(.notFound, "the new volume '\(name.text)' has vanished")
            }
            let identity: VolumeFile
            do throws(SystemError) {
                identity = try VolumeFile(name.text, in: files.directory, birth)
            } catch { throw RequestError("cannot examine the new volume '\(name.text)'", error) }
            return try volumes.claim(
                TemporaryVolume(uri: pool.uri, pool: pool.name, name: name.text, .file(identity)),
                host)
        }
        return try volumes.claim(
            TemporaryVolume(
                uri: pool.uri, pool: pool.name, name: name.text, .key(try volume.key())), host)
    }
}

/// The domains that use a temporary volume. The connection must not hide any. Throws a
/// `CleanUpFailure`.
package func users(
    of volume: TemporaryVolume, _ connection: Connection
) throws -> [String] {
    do {
        let directory =
            if case .file(let file) = volume.identity { file.directory } else {
                try Pool(named: volume.pool, connection).path
            }
        return try VolumeUsers(connection).users(
            of: volume.name, inPool: volume.pool, at: directory
        ).filter { !$0.sharesDirectory }.map(\.domain)
    } catch let error as RequestError { throw CleanUpFailure(reason: error.message) }
}
