import Host

/// The domains that this session holds, and who holds the others.
final class ReservedDomains {
    let state: StateDirectory
    /// By the bytes of the name: two names that Swift takes for equal may be two domains.
    private var held: [[UInt8]: Held] = [:]

    /// A lock in a box: dictionaries take no values that cannot be copied.
    private final class Held {
        private let lock: RecordLock
        init(_ lock: consuming RecordLock) { self.lock = lock }
    }

    init(state: StateDirectory) { self.state = state }

    /// Where the locks are.
    var directory: String { "\(state.path)/locks" }

    /// Whether nobody holds a domain; asking wakes nobody who waits for its release.
    func isFree(_ domain: String) throws(SystemError) -> Bool {
        guard !holds(domain), let path = state.lock(of: domain) else { return false }
        return try RecordLock.holder(path: path) == nil
    }

    func holds(_ domain: String) -> Bool { held[Array(domain.utf8)] != nil }

    /// Takes a domain that is free; whether that worked.
    func take(_ domain: String) throws(SystemError) -> Bool {
        guard !holds(domain), let path = state.lock(of: domain) else { return false }
        guard let lock = try RecordLock(path: path) else { return false }
        held[Array(domain.utf8)] = Held(lock)
        return true
    }

    /// Gives a domain back; whether it was ours.
    func release(_ domain: String) -> Bool { held.removeValue(forKey: Array(domain.utf8)) != nil }

    /// The process that holds a domain; `nil` where none does, or this one.
    func holdingProcess(of domain: String) throws(SystemError) -> Int32? {
        guard !holds(domain), let path = state.lock(of: domain) else { return nil }
        return try RecordLock.holder(path: path)
    }

    /// Who holds a domain, in the contract's words.
    func holder(of domain: String) throws -> String {
        // Looking at a lock of our own would lose it.
        if holds(domain) { return "(reserved for us)" }
        do throws(SystemError) {
            guard let process = try holdingProcess(of: domain) else { return "(free)" }
            guard let name = try ProcessInformation.name(of: process) else {
                return "(pid \(process) disappeared)"
            }
            let isBlank = name.unicodeScalars.allSatisfy(\.properties.isWhitespace)
            return isBlank ? "(empty name)" : name
        } catch {
            throw Refusal("cannot tell who holds domain '\(domain)', in '\(directory)'", error)
        }
    }
}
