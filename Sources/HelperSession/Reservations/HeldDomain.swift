import Lifetime
import Policy
import Synchronization
import System

/// Identifies one reservation among all that the session ever had, also of the same domain.
struct Hold: Hashable, Sendable {
    private let number: UInt64
    private static let count = Atomic<UInt64>(0)

    init() { number = Self.count.add(1, ordering: .relaxed).newValue }
}

/// A domain that the session holds.
struct HeldDomain: Sendable {
    let hold: Hold
    let name: String
    /// When it was reserved, in seconds since 1970.
    let since: Int64
    let note: String?
    /// What it takes of the host if it is a guest on demand; `nil` for other domains.
    let needs: GuestNeeds?
    /// Whether no other domain will ever have the name, so that its lock file is removed.
    var hasOwnName = false
    /// For how long the reservation outlives a lost connection; `nil`: not at all.
    var lease: Lease?
    /// Stops the guest before the domain is released; `nil`: it goes on.
    var stop: LastingRollback?
    /// Whether a thread gives it back, which takes long if the guest is stopped.
    var isBeingReleased = false
    var lock: LockedFile
    /// The requests that reserved it or change it, and beside which others can run: those in the
    /// background, and with a lease also those of the main thread. Those that have ended may stay.
    var users: [Cancellation]

    /// Whether a request other than the current one has reserved it or changes it, and still runs.
    var isInUse: Bool { users.contains { !$0.hasEnded && $0 !== Cancellation.current } }

    /// Swift considers names equal that libvirt does not.
    func isNamed(_ name: String) -> Bool {
        // Most names differ for Swift too, which finds that faster.
        self.name == name && self.name.utf8.elementsEqual(name.utf8)
    }
}

/// A lock in a class, because an optional noncopyable value is hard to use.
final class LockedFile: Sendable {
    let lock: RecordLock
    init(_ lock: consuming RecordLock) { self.lock = lock }

    /// As `RecordLock.adopt`.
    convenience init?(adopting file: PassedFile) throws(SystemError) {
        guard let lock = try RecordLock.adopt(file) else { return nil }
        self.init(lock)
    }
}

extension SessionRecord {
    /// Runs a step of the request that made a reservation, which changes the domain. Throws if the
    /// session does not have that reservation any more: then the domain may be somebody else's, also
    /// if the client has reserved it again. It is not given back meanwhile.
    func step(on domain: String, _ hold: Hold?, _ body: () throws -> Void) throws {
        try lost.step(on: domain) {
            try check(domain, hold)
            try body()
        }
    }

    /// The same without a step.
    func check(_ domain: String, _ hold: Hold?) throws {
        try lost.check(domain)
        guard let hold, hold == self.hold(of: domain) else { throw wasReleased(domain) }
    }

    func wasReleased(_ domain: String) -> Busy {
        Busy("domain '\(domain)' is not reserved for this request any more: it was released")
    }
}
