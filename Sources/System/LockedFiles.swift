import CSystem
import Glibc
import Synchronization

/// The files that this process has locked by a `RecordLock`. To close another descriptor of one of
/// them would drop its lock, so `FileDescriptor.open` refuses them, by whatever name.
enum LockedFiles {
    private struct Entry {
        var count = 0
        /// Descriptors that were opened by mistake, and that only the end of the lock may close.
        var kept: [Int32] = []
    }
    private static let entries = Mutex<[FileIdentity: Entry]>([:])
    // So that programs without locks pay nothing.
    private static let isEmpty = Atomic(true)

    static func add(_ file: FileIdentity) {
        entries.withLock { entries in
            entries[file, default: Entry()].count += 1
            isEmpty.store(false, ordering: .releasing)
        }
    }

    static func remove(_ file: FileIdentity) {
        entries.withLock { entries in
            guard var entry = entries.removeValue(forKey: file) else { return }
            entry.count -= 1
            if entry.count > 0 {
                entries[file] = entry
            } else {
                for number in entry.kept { close(number) }
            }
            isEmpty.store(entries.isEmpty, ordering: .releasing)
        }
    }

    static func contain(_ file: FileIdentity) -> Bool {
        entries.withLock { $0[file] != nil }
    }

    /// Returns a descriptor that was just opened, or throws `EBUSY` if it is of a locked file.
    static func checked(_ number: Int32) throws(SystemError) -> Int32 {
        guard !isEmpty.load(ordering: .acquiring) else { return number }
        var status = stat()
        guard fstat(number, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return number }
        let file = FileIdentity(
            device: UInt64(status.st_dev), number: UInt64(status.st_ino))
        let isLocked = entries.withLock { entries in
            entries[file]?.kept.append(number)
            return entries[file] != nil
        }
        guard isLocked else { return number }
        throw SystemError(number: EBUSY)
    }
}
