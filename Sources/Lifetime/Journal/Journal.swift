import Glibc
import Synchronization
package import System

/// The unfinished steps of sessions: one file per step in the directory `journal` of the state
/// directory, which the session keeps locked. A file that is not locked belongs to a session that
/// has ended, and its step has to be undone.
///
/// A record is written before the step that it describes, and removed after the step is done or
/// undone. C: `flock`.
package struct Journal: Sendable {
    package let path: String

    package init(_ state: StateDirectory) { path = state.journal }

    /// Where this process writes its records; `nil` if it is not a session: then its steps are not
    /// recorded.
    package static var current: Journal? {
        get { shared.withLock { $0 } }
        set { shared.withLock { $0 = newValue } }
    }

    private static let shared = Mutex<Journal?>(nil)

    /// Begins the names of this process's records. Two records never have the same name.
    private static let session = "\(ProcessInformation.id)-\(randomName())"
    private static let count = Atomic(0)

    /// More than a record ever has.
    private static let sizeLimit = 1 << 20

    /// Writes a record. `durably`: it is on the disk on return, so that it survives a power
    /// failure.
    package func write(_ begun: Begun, durably: Bool) throws(SystemError) -> JournalRecord {
        try Directory.make(path, mode: StateDirectory.directoryMode)
        while true {
            let path = newPath()
            let file = try FileDescriptor.open(
                path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, mode: StateDirectory.fileMode)
            let record = JournalRecord(path, file, isDurable: durably)
            // A clean-up that looked at the file before it was locked has removed it.
            guard try record.lock() else { continue }
            do throws(SystemError) { try record.note(begun) } catch {
                record.remove()
                throw error
            }
            return record
        }
    }

    private func newPath() -> String {
        let number = String(Self.count.add(1, ordering: .relaxed).newValue)
        // Padded: the order of the names is the order of the records.
        let zeros = String(repeating: "0", count: max(0, 8 - number.count))
        return "\(path)/\(Self.session)-\(zeros)\(number)"
    }

    /// A record whose session has ended, locked for this process.
    package struct Leftover: Sendable {
        /// The same for all records of a session.
        package let session: String
        package let path: String
        package let begun: Result<Begun, RecordDamage>
        /// `nil` if the file is not one that a session made.
        package let record: JournalRecord?
    }

    /// The records of sessions that have ended; of each session the newest first, because a
    /// later step may depend on an earlier one. Removes records without a step.
    package func leftovers() throws(SystemError) -> [Leftover] {
        var found: [Leftover] = []
        for name in try names().sorted(by: >) {
            let path = "\(self.path)/\(name)"
            let session = String(name[..<(name.lastIndex(of: "-") ?? name.endIndex)])
            do throws(SystemError) {
                let file = try FileDescriptor.open(path, O_RDWR | O_NOFOLLOW | O_NONBLOCK)
                guard try file.status().kind == .regular else { throw SystemError(number: EINVAL) }
                guard flock(file.number, LOCK_EX | LOCK_NB) == 0 else { continue }
                // Its session, or another clean-up, has removed it meanwhile.
                guard try file.status().linkCount > 0 else { continue }
                let bytes = try file.bytes(at: 0, atMost: Self.sizeLimit)
                let record = JournalRecord(path, file, isDurable: false)
                do throws(RecordDamage) {
                    guard let begun = try Begun.read(bytes) else {
                        record.remove()
                        continue
                    }
                    found.append(
                        Leftover(
                            session: session, path: path, begun: .success(begun), record: record))
                } catch {
                    found.append(
                        Leftover(
                            session: session, path: path, begun: .failure(error), record: record))
                }
            } catch {
                guard error != .noSuchFile else { continue }
                let damage = RecordDamage(problem: error.message)
                found.append(
                    Leftover(session: session, path: path, begun: .failure(damage), record: nil))
            }
        }
        return found
    }

    /// A record that another session passes to this one. It is locked as long as any of the two has
    /// it open.
    package struct Passed: Sendable {
        package let begun: Begun
        fileprivate let path: String
        fileprivate let file: PassedFile
    }

    /// Examines a record that another session passes.
    package func passed(
        _ path: String, _ file: PassedFile
    ) throws(SystemError) -> Passed {
        guard let name = path.split(separator: "/").last.flatMap({ FileName(String($0)) }) else {
            throw SystemError(number: EINVAL)
        }
        let path = "\(self.path)/\(name.text)"
        guard case .success(let begun?)? = read(path) else { throw SystemError(number: EINVAL) }
        return Passed(begun: begun, path: path, file: file)
    }

    /// Takes over a record of another session, which has given it up by now. It gets a name of this
    /// process.
    package func adopt(_ passed: Passed) -> JournalRecord? {
        guard let file = passed.file.take() else { return nil }
        let path = newPath()
        // If this fails, the old name is as good, but seems to be that of an ended session.
        let isRenamed = rename(passed.path, path) == 0
        return JournalRecord(isRenamed ? path : passed.path, file, isDurable: true)
    }

    /// The records of ended sessions by which a domain must be stopped because it was released. The
    /// next holder stops it before use; a later stop would hit that holder's own guest. `records` are
    /// locked for this process; `areAny` is also true if a clean-up has locked one, which does
    /// nothing while somebody holds the domain.
    package func stops(
        of domain: String
    ) throws(SystemError) -> (areAny: Bool, records: [JournalRecord]) {
        var found: [JournalRecord] = []
        var areAny = false
        for name in try names() where !name.hasPrefix(Self.session + "-") {
            let path = "\(self.path)/\(name)"
            guard case .success(.guest(let guest)?)? = read(path), guest.run == .any,
                guest.name.utf8.elementsEqual(domain.utf8)
            else { continue }
            do throws(SystemError) {
                let file = try FileDescriptor.open(path, O_RDWR | O_NOFOLLOW | O_NONBLOCK)
                let isLocked = flock(file.number, LOCK_EX | LOCK_NB) == 0
                guard try file.status().linkCount > 0 else { continue }
                areAny = true
                if isLocked { found.append(JournalRecord(path, file, isDurable: false)) }
            } catch {
                guard error == .noSuchFile else { throw error }
            }
        }
        return (areAny, found)
    }

    /// The unfinished steps of ended sessions, also those that another process is undoing now.
    /// Nothing is locked on return.
    package func unfinished() throws(SystemError) -> [Leftover] {
        var found: [Leftover] = []
        for name in try names().sorted() {
            let path = "\(self.path)/\(name)"
            // Names begin with the session's process.
            if let process = Int32(name.prefix { $0 != "-" }), ProcessInformation.exists(process),
                isLocked(path)
            {
                continue
            }
            switch read(path) {
            case .success(let begun?):
                found.append(
                    Leftover(session: "", path: path, begun: .success(begun), record: nil))
            case .failure(let damage):
                found.append(
                    Leftover(session: "", path: path, begun: .failure(damage), record: nil))
            case .success(nil), nil: continue
            }
        }
        return found
    }

    /// Whether a volume is incomplete, although it has its final name: another session fills it, or
    /// one that has ended did and it is not removed yet. What this session has begun does not
    /// count: virt-install uses the volumes that it makes.
    package func isIncomplete(
        volume: String, ofPool pool: String, uri: String
    ) throws(SystemError) -> Bool {
        try names().contains { name in
            let record = "\(path)/\(name)"
            // `host-check` reports what is damaged.
            guard case .success(.volume(let begun)?)? = read(record), !begun.hasUniqueName,
                begun.name == volume, begun.pool == pool, begun.uri == uri
            else { return false }
            return !(name.hasPrefix(Self.session + "-") && isLocked(record))
        }
    }

    /// The guest on demand that a file belongs to: the file is removed with it. `nil` if there is
    /// none. `directory`: the inode number of the file's directory.
    package func guest(
        withFile file: String, in directory: UInt64
    ) throws(SystemError) -> BegunClone? {
        for name in try names() {
            guard case .success(.clone(let guest)?)? = read("\(path)/\(name)") else { continue }
            if guest.files.contains(where: { $0.inode == directory && $0.name == file }) {
                return guest
            }
        }
        return nil
    }

    /// The content of a record: `.success(nil)` if it has no step, `nil` if the file does not
    /// exist.
    private func read(_ path: String) -> Result<Begun?, RecordDamage>? {
        do throws(SystemError) {
            let bytes = try FileDescriptor.readingRegular(path).contents(limit: Self.sizeLimit)
            return Result { () throws(RecordDamage) in try Begun.read(bytes) }
        } catch {
            return error == .noSuchFile ? nil : .failure(RecordDamage(problem: error.message))
        }
    }

    private func isLocked(_ path: String) -> Bool {
        do throws(SystemError) {
            let file = try FileDescriptor.open(path, O_RDWR | O_NOFOLLOW | O_NONBLOCK)
            return flock(file.number, LOCK_EX | LOCK_NB) != 0
        } catch { return false }
    }

    private func names() throws(SystemError) -> [String] {
        do throws(SystemError) { return try Directory.names(in: path) } catch {
            guard error == .noSuchFile else { throw error }
            return []
        }
    }
}
