import Policy
import Protocol
import System

/// The domains that this session has reserved, and the holders of the others.
///
/// A reservation is a record lock on the domain's lock file. This process must never open the file
/// of a domain that it holds: closing any descriptor of it would drop the lock.
final class ReservedDomains {
    let record: SessionRecord
    /// By the bytes of the name: Swift considers names equal that libvirt does not.
    private var held: [[UInt8]: LockBox] = [:]

    /// A lock in a class, because dictionaries cannot contain noncopyable values.
    private final class LockBox {
        private let lock: RecordLock
        init(_ lock: consuming RecordLock) { self.lock = lock }
    }

    init(_ record: SessionRecord) { self.record = record }

    var state: StateDirectory { record.state }

    /// The directory of the lock files.
    var directory: String { state.locks }

    func holds(_ domain: String) -> Bool { held[Array(domain.utf8)] != nil }

    /// Whether no process holds a domain. Asking does not wake processes that wait for a release.
    func isFree(_ domain: String) throws(SystemError) -> Bool {
        guard !holds(domain), let path = state.lock(of: domain) else { return false }
        return try RecordLock.holder(path) == nil
    }

    /// Reserves a domain; returns false if it is held already, by this session or by another. Throws
    /// a `Denial` if the identity holds as many domains as the role permits.
    func reserve(_ domain: String) throws -> Bool {
        try record.counting { others in
            try checkLimit(others)
            return try lock(domain)
        }
    }

    /// Throws a `Denial` if the identity holds as many domains as the role permits.
    func checkLimit() throws { try record.counting(checkLimit) }

    private func checkLimit(_ others: [SessionFacts]) throws(Denial) {
        guard let limit = record.policy.limits?.maxReservations else { return }
        let count = others.reduce(held.count) { $0 + $1.domains.count }
        guard count < limit else {
            throw Denial(
                "\(count) domains are reserved already, and \(limit) are granted "
                    + "('max-reservations')")
        }
    }

    private func lock(_ domain: String) throws(SystemError) -> Bool {
        // `holds` is not only faster: opening the file and closing it again would drop our lock.
        guard !holds(domain), let path = state.lock(of: domain) else { return false }
        // We never remove the file, not even on release: one process could then lock the old file,
        // and another a new one of the same name.
        guard let lock = try RecordLock.acquire(path) else { return false }
        try record.add(domain)
        held[Array(domain.utf8)] = LockBox(lock)
        return true
    }

    /// Releases a domain; returns false if this session does not hold it.
    func release(_ domain: String) -> Bool {
        guard held.removeValue(forKey: Array(domain.utf8)) != nil else { return false }
        record.remove(domain)
        return true
    }

    /// Another session's hold on a domain, as it concerns a session with an identity.
    enum OtherHold {
        case none
        /// By a session of the same identity.
        case sameIdentity
        /// By another identity, or by a process that does not say who it is.
        case anotherIdentity
    }

    func otherHold(on domain: String) throws(SystemError) -> OtherHold {
        guard let process = try holdingProcess(of: domain) else { return .none }
        let isSame = try SessionFacts.of(process, state)?.hasSameIdentity(as: record.facts) == true
        return isSame ? .sameIdentity : .anotherIdentity
    }

    /// The other process that holds a domain; `nil` if there is none.
    func holdingProcess(of domain: String) throws(SystemError) -> Int32? {
        guard !holds(domain), let path = state.lock(of: domain) else { return nil }
        return try RecordLock.holder(path)
    }
}
