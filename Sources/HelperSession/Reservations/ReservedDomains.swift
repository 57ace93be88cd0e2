import Host

/// The domains that this session holds, and who holds the others.
final class ReservedDomains {
    private let state: StateDirectory
    private var held: [String: Held] = [:]

    /// A lock in a box: dictionaries take no values that cannot be copied.
    private final class Held {
        private let lock: RecordLock
        init(_ lock: consuming RecordLock) { self.lock = lock }
    }

    init(state: StateDirectory) { self.state = state }

    func holds(_ domain: String) -> Bool { held[domain] != nil }

    /// Takes a domain that is free; whether that worked.
    func take(_ domain: String) throws(SystemError) -> Bool {
        guard held[domain] == nil, let path = state.lock(of: domain) else { return false }
        guard let lock = try RecordLock(path: path) else { return false }
        held[domain] = Held(lock)
        return true
    }

    /// Gives a domain back; whether it was ours.
    func release(_ domain: String) -> Bool { held.removeValue(forKey: domain) != nil }

    /// Who holds a domain, in the contract's words.
    func holder(of domain: String) throws(SystemError) -> String {
        // Looking at a lock of our own would lose it.
        if holds(domain) { return "(reserved for us)" }
        guard let path = state.lock(of: domain), let process = try RecordLock.holder(path: path)
        else { return "(free)" }
        guard let name = try ProcessInformation.name(of: process) else {
            return "(pid \(process) disappeared)"
        }
        let isBlank = name.unicodeScalars.allSatisfy(\.properties.isWhitespace)
        return isBlank ? "(empty name)" : name
    }
}
