import Protocol
import Synchronization
import System

/// Host ports that this process has locked for one guest: files of the directory `ports` in the
/// state directory, which are locked as those of domains are. No other session takes them until the
/// value is destroyed.
final class GuestPorts: Sendable {
    private let locked: [LockedPort]

    var numbers: [UInt16] { locked.map(\.number) }

    /// Locks `count` ports of the ranges. A port that a domain forwards, or at which somebody
    /// listens, is left out. `survey` is called after a port was locked: a guest of a session that
    /// ended may still run. `nil` if there are not enough.
    init?(
        _ count: Int, of ranges: [ClosedRange<UInt16>], in state: StateDirectory,
        survey: () throws -> HostSurvey
    ) throws {
        var locked: [LockedPort] = []
        var candidates = ranges.joined().makeIterator()
        /// What was taken a moment ago is not worth another survey.
        var (known, listening): (HostSurvey?, Set<UInt16>) = (nil, [])
        if count > 0 {
            do throws(SystemError) {
                try Directory.make(state.ports, mode: StateDirectory.directoryMode)
            } catch { throw RequestError("cannot make '\(state.ports)'", error) }
        }
        while locked.count < count {
            while locked.count < count {
                guard let port = candidates.next() else { return nil }
                guard !listening.contains(port), known?.forwards(port) != true else { continue }
                do throws(SystemError) {
                    if let port = try LockedPort(port, in: state) { locked.append(port) }
                } catch {
                    // Something else than a lock file: other ports can be used.
                    guard error.concernsOneFile else {
                        throw RequestError("cannot lock port \(port) in '\(state.ports)'", error)
                    }
                }
            }
            // After locking: the previous holder of each port has released it by now.
            let survey = try survey()
            known = survey
            listening = Set(try ListeningSocket.all().map(\.port))
            locked.removeAll { listening.contains($0.number) || survey.forwards($0.number) }
        }
        self.locked = locked
    }

    // MARK: Handing over, see `RecordLock`

    /// Those that another session passes; `nil` if one of them cannot be had.
    init?(adopting ports: [(number: UInt16, file: PassedFile)]) throws(SystemError) {
        var locked: [LockedPort] = []
        for (number, file) in ports {
            guard let port = try LockedPort(number, adopting: file) else { return nil }
            locked.append(port)
        }
        self.locked = locked
    }

    var descriptorNumbers: [Int32] {
        locked.compactMap { $0.lock?.lock.descriptorNumber }
    }

    func keepFirstBytes() throws(SystemError) {
        for port in locked { try port.lock?.lock.keepFirstByte() }
    }

    /// Returns false if another process holds a part of a lock.
    func completeLocks() throws(SystemError) -> Bool {
        var areComplete = true
        for port in locked where try port.lock?.lock.complete() == false { areComplete = false }
        return areComplete
    }

    func unlock() { for port in locked { port.lock?.lock.unlock() } }

    /// The guest is gone, or another session has it.
    func release() { for port in locked { port.release() } }
}

extension GuestPorts {
    /// Whether `count` ports of the ranges can be locked now. Takes no lock: releasing one would wake
    /// the requests that wait for ports.
    static func areFree(
        _ count: Int, of ranges: [ClosedRange<UInt16>], in state: StateDirectory,
        _ survey: HostSurvey
    ) throws -> Bool {
        guard count > 0 else { return true }
        let listening = Set(try ListeningSocket.all().map(\.port))
        var left = count
        // Each once: ranges may overlap.
        for port in Set(ranges.joined()) {
            guard !listening.contains(port), !survey.forwards(port),
                try !LockedPort.isLocked(port, in: state)
            else { continue }
            left -= 1
            if left == 0 { return true }
        }
        return false
    }
}

/// A host port that no other guest gets until the value is destroyed.
private final class LockedPort: Sendable {
    let number: UInt16
    private let file: Mutex<LockedFile?>

    var lock: LockedFile? { file.withLock { $0 } }

    // A record lock does not exclude other threads of its own process.
    private static let own = Mutex<Set<UInt16>>([])

    /// `nil` if it is locked already.
    convenience init?(_ number: UInt16, in state: StateDirectory) throws(SystemError) {
        try self.init(number) { () throws(SystemError) in
            guard let lock = try RecordLock.acquire(state.lock(ofPort: number)) else { return nil }
            return LockedFile(lock)
        }
    }

    /// Takes over the file of another session, which still keeps its first byte.
    convenience init?(_ number: UInt16, adopting passed: PassedFile) throws(SystemError) {
        try self.init(number) { () throws(SystemError) in try LockedFile(adopting: passed) }
    }

    private init?(
        _ number: UInt16, _ lock: () throws(SystemError) -> LockedFile?
    ) throws(SystemError) {
        guard Self.own.withLock({ $0.insert(number).inserted }) else { return nil }
        var locked: LockedFile?
        defer { if locked == nil { Self.own.withLock { _ = $0.remove(number) } } }
        locked = try lock()
        guard let locked else { return nil }
        file = Mutex(locked)
        self.number = number
    }

    /// Whether this process or another one has locked the port, or its lock file cannot be used.
    static func isLocked(_ number: UInt16, in state: StateDirectory) throws -> Bool {
        do throws(SystemError) {
            return try own.withLock { (own) throws(SystemError) -> Bool in
                if own.contains(number) { return true }
                return try RecordLock.holder(state.lock(ofPort: number)) != nil
            }
        } catch {
            guard !error.concernsOneFile else { return true }
            throw RequestError(
                "cannot determine the holder of port \(number) in '\(state.ports)'", error)
        }
    }

    deinit { release() }

    func release() {
        let isHeld = file.withLock { file in
            defer { file = nil }
            return file != nil
        }
        // Last, because this process cannot open a file that it has locked.
        if isHeld { Self.own.withLock { _ = $0.remove(number) } }
    }
}
