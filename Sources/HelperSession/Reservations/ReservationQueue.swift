import Policy
import Synchronization
import System
import Text

/// The requests that wait for a domain of one libvirt host, or for room for a guest on it, in the
/// order in which they are served: by priority, then by age. Each has a file in the directory
/// `queue` of the state directory, which lasts as long as it waits (`PresenceFile`). Its name
/// begins with its rank.
final class ReservationQueue {
    private let state: StateDirectory
    private let uri: String
    /// What was read, by the name of the file, whose contents never change; `nil` for another
    /// host's.
    private var known: [String: QueuedWaiter?] = [:]

    init(_ state: StateDirectory, uri: String) {
        self.state = state
        self.uri = uri
    }

    private static let count = Atomic(0)

    /// The rank of a request that begins now: the names of files that are served first are less.
    static func rank(_ priority: Int) -> String {
        func padded(_ number: some BinaryInteger, _ count: Int) -> String {
            let digits = String(number)
            return String(repeating: "0", count: max(0, count - digits.count)) + digits
        }
        let inverted = ReservationArguments.priorities.upperBound - priority
        return padded(inverted, 7) + "-" + padded(nanosecondsSinceBoot(), 20)
    }

    /// Adds a request, until the result is released.
    func enter(_ waiter: Waiter) throws(SystemError) -> QueuePlace {
        try Directory.make(state.queue, mode: StateDirectory.directoryMode)
        let number = Self.count.add(1, ordering: .relaxed).newValue
        return try QueuePlace(
            waiter, in: state.queue,
            name: "\(Self.rank(waiter.priority))-\(ProcessInformation.id)-\(number)")
    }

    /// The requests that are served before `rank`, of both kinds; `nil`: all. Removes the files of
    /// killed sessions.
    func waiters(before rank: String?) throws(SystemError) -> [QueuedWaiter] {
        let names: [String]
        do throws(SystemError) { names = try Directory(state.queue).names() } catch {
            guard error == .noSuchFile else { throw error }
            return []
        }
        var found: [QueuedWaiter] = []
        for name in names.sorted() {
            guard !name.hasSuffix(PresenceFile.temporarySuffix) else {
                removeUnfinished(name)
                continue
            }
            // Those behind are not wanted; unfinished files among them are removed above.
            if let rank, name >= rank { continue }
            do throws(SystemError) {
                if let waiter = try waiter(name) { found.append(waiter) }
            } catch {
                // Something else than a waiter's file, or one that is too long, stands for no waiter.
                guard error.concernsOneFile else { throw error }
            }
        }
        return found
    }

    private func waiter(_ name: String) throws(SystemError) -> QueuedWaiter? {
        let path = "\(state.queue)/\(name)"
        let before = known[name]
        switch try PresenceFile.state(of: path, reading: before == nil) {
        case .missing: return nil
        case .abandoned:
            removeIfPossible(name)
            return nil
        case .present(nil): return before ?? nil
        case .present(let bytes?):
            let waiter = Waiter(String(decoding: bytes, as: UTF8.self)).flatMap {
                $0.uri == uri ? QueuedWaiter(name: name, path: path, $0) : nil
            }
            known[name] = .some(waiter)
            return waiter
        }
    }

    /// A file whose session was killed before it got its name.
    private func removeUnfinished(_ name: String) {
        let parts = name.split(separator: "-")
        guard parts.count == 4, let process = Int32(parts[2]),
            !ProcessInformation.exists(process)
        else { return }
        removeIfPossible(name)
    }

    /// Lets the requests behind it go first, see `QueuedWaiter.isPassedOver`. If it continues, it
    /// enters again at its rank (`QueuePlace.renew`).
    func passOver(_ waiter: QueuedWaiter) { removeIfPossible(waiter.name) }

    /// Lets a request look again. It watches the directory, and its file is closed by a writer.
    func wake(_ waiter: QueuedWaiter) { PresenceFile.notifyWatchers(of: waiter.path) }

    private func removeIfPossible(_ name: String) {
        do throws(SystemError) { try Directory(state.queue).remove(name) } catch {
            // It stays, and others try again.
        }
    }
}

/// The place of a request in the queue, which it leaves when the object is released.
final class QueuePlace {
    let rank: String
    let waiter: Waiter
    private let directory: String
    private var file: PresenceFile

    fileprivate init(
        _ waiter: Waiter, in directory: String, name: String
    ) throws(SystemError) {
        self.waiter = waiter
        self.directory = directory
        rank = name
        file = try Self.makeFile(waiter, "\(directory)/\(name)")
    }

    private static func makeFile(
        _ waiter: Waiter, _ path: String
    ) throws(SystemError) -> PresenceFile {
        var bytes: [UInt8] = []
        waiter.json.write(to: &bytes)
        return try PresenceFile(bytes, as: path)
    }

    /// Makes the file again if it was removed: by a request that passed this one over, or with the
    /// directory.
    func renew() throws(SystemError) {
        guard !file.isPresent else { return }
        try Directory.make(directory, mode: StateDirectory.directoryMode)
        file = try Self.makeFile(waiter, "\(directory)/\(rank)")
    }
}

/// A request of the queue.
final class QueuedWaiter {
    /// The name of its file.
    let name: String
    let path: String
    let waiter: Waiter
    /// What it accepts; `nil` if that is a guest.
    private let domains: (filter: DomainFilter, visible: NamePattern?)?

    fileprivate init?(name: String, path: String, _ waiter: Waiter) {
        self.name = name
        self.path = path
        self.waiter = waiter
        guard case .domain(let filter, let visible) = waiter.goal else {
            domains = nil
            return
        }
        do throws(RegexError) {
            domains = (
                try DomainFilter(ofOther: filter),
                try visible.map { (text) throws(RegexError) in try NamePattern(text) }
            )
        } catch { return nil }
    }

    func accepts(_ domain: String) -> Bool {
        guard let domains, domains.visible?.matches(domain) ?? true else { return false }
        return domains.filter.accepts(domain)
    }

    /// Whether the requests behind it go first, because it has left alone since `time` what it
    /// could have: after `patience` if its process is stopped, else after ten times as long. On a
    /// busy machine it may just not have run yet, and each request that is passed over makes more
    /// work.
    func isPassedOver(since time: ContinuousClock.Instant, _ patience: Duration) -> Bool {
        let waited = ContinuousClock.now - time
        return waited >= patience * 10 || waited >= patience && isStopped
    }

    private var isStopped: Bool {
        // See `ReservationQueue.enter`.
        let parts = name.split(separator: "-")
        guard parts.count == 4, let process = Int32(parts[2]) else { return false }
        return ProcessInformation.isStopped(process)
    }

    /// When to ask `isPassedOver` next.
    func nextLook(since time: ContinuousClock.Instant, _ patience: Duration)
        -> ContinuousClock.Instant
    {
        max(time + patience, .now + patience / 4)
    }

    /// What it needs; `nil` if that is a domain.
    var demand: GuestDemand? {
        if case .guest(_, let demand) = waiter.goal { demand } else { nil }
    }
}
