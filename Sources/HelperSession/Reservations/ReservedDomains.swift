import System

/// The domains that this session has reserved, and the holders of the others.
///
/// A reservation is a record lock on the domain's lock file. This process must never open the file
/// of a domain that it holds: closing any descriptor of it would drop the lock.
final class ReservedDomains {
    let state: StateDirectory
    let record: SessionRecord
    /// By the bytes of the name: Swift considers names equal that libvirt does not.
    private var held: [[UInt8]: LockBox] = [:]

    /// A lock in a class, because dictionaries cannot contain noncopyable values.
    private final class LockBox {
        private let lock: RecordLock
        init(_ lock: consuming RecordLock) { self.lock = lock }
    }

    init(state: StateDirectory, record: SessionRecord) {
        self.state = state
        self.record = record
    }

    /// The directory of the lock files.
    var directory: String { state.locks }

    func holds(_ domain: String) -> Bool { held[Array(domain.utf8)] != nil }

    /// Whether no process holds a domain. Asking does not wake processes that wait for a release.
    func isFree(_ domain: String) throws(SystemError) -> Bool {
        guard !holds(domain), let path = state.lock(of: domain) else { return false }
        return try RecordLock.holder(path) == nil
    }

    /// Reserves a domain; returns false if it is held already, by this session or by another.
    func reserve(_ domain: String) throws(SystemError) -> Bool {
        // `holds` is not only faster: opening the file and closing it again would drop our lock.
        guard !holds(domain), let path = state.lock(of: domain) else { return false }
        // We never remove the file, not even on release: one process could then lock the old file,
        // and another a new one of the same name.
        guard let lock = try RecordLock.acquire(path) else { return false }
        held[Array(domain.utf8)] = LockBox(lock)
        record.add(domain)
        return true
    }

    /// Releases a domain; returns false if this session does not hold it.
    func release(_ domain: String) -> Bool {
        guard held.removeValue(forKey: Array(domain.utf8)) != nil else { return false }
        record.remove(domain)
        return true
    }

    /// The other process that holds a domain; `nil` if there is none.
    func holdingProcess(of domain: String) throws(SystemError) -> Int32? {
        guard !holds(domain), let path = state.lock(of: domain) else { return nil }
        return try RecordLock.holder(path)
    }
}
