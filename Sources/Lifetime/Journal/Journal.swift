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

    /// Writes a record. `durably`: it is on the disk on return, so that it survives a power failure.
    package func write(_ begun: Begun, durably: Bool) throws(SystemError) -> JournalRecord {
        try Directory.make(path, mode: StateDirectory.directoryMode)
        while true {
            let number = String(Self.count.add(1, ordering: .relaxed).newValue)
            // Padded: the order of the names is the order of the records.
            let zeros = String(repeating: "0", count: max(0, 8 - number.count))
            let path = "\(self.path)/\(Self.session)-\(zeros)\(number)"
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

    /// A record whose session has ended, locked for this process.
    package struct Leftover: Sendable {
        /// The same for all records of a session.
        package let session: String
        package let path: String
        package let begun: Result<Begun, RecordDamage>
        /// `nil` if the file is not one that a session made.
        package let record: JournalRecord?
    }

    /// The records of sessions that have ended; of each session the newest first, because what it
    /// began last may need what it began before. Removes records without a step.
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
    /// one that has ended did and it is not removed yet. What this session has begun does not count:
    /// virt-install uses the volumes that it makes.
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

    /// The content of a record: `.success(nil)` if it has no step, `nil` if the file does not exist.
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
        do throws(SystemError) { return try Directory(path).names() } catch {
            guard error == .noSuchFile else { throw error }
            return []
        }
    }
}
