import Libvirt
import Protocol
import System
import Text

extension Session {
    /// Reserves one free domain, chosen at random. If all are taken, waits up to `wait` seconds.
    func reserve(_ filter: DomainFilter, wait: Double?) throws -> String {
        let deadline = wait.map { ContinuousClock.now + .seconds($0) }
        // Without a wait, libvirt may take its usual time.
        return try host.opening(until: deadline) { try reserve(filter, until: deadline) }
    }

    private func reserve(
        _ filter: DomainFilter, until deadline: ContinuousClock.Instant?
    ) throws -> String {
        // Watch before the first attempt: a release in between must not be missed.
        let watch = deadline == nil ? nil : try watchReleases()
        var names = try filter.matching(firstList(until: deadline))
        var attempt = try reserveAny(of: names)
        if let name = attempt.name { return name }
        // All are taken, so no attempt has compared the limit.
        try reservations.checkLimit()
        guard let deadline, let watch else { throw try allTaken(names, waited: false) }
        let events = try DomainListEvents(host)
        try report(step: "all matching domains are taken; waiting for a release")
        while true {
            let until = [events.retry, watch.retry, attempt.retry].compactMap { $0 }
                .reduce(deadline, min)
            let happened = try waitForAny(of: [watch.current, events.wakeup], until: until)
            guard happened || .now < deadline else { throw try allTaken(names, waited: true) }
            // Before trying: a release during the attempt wakes us again.
            try clear(watch)
            if try events.mayHaveChanged() {
                do {
                    let all = try persistentDomains()
                    events.listSucceeded()
                    names = try filter.matching(all)
                } catch let error as RequestError where error.libvirt?.isLoss == true {
                    // The daemon has died again; until it is back, the last list counts.
                    events.listFailed()
                }
            }
            attempt = try reserveAny(of: names)
            if let name = attempt.name { return name }
        }
    }

    /// The persistent domains. If the session waits, it retries for as long as opening a connection
    /// may take (`Connection.openLimit`), because the daemon may be restarting.
    private func firstList(until deadline: ContinuousClock.Instant?) throws -> [String] {
        let end = deadline.map { min($0, .now + Connection.openLimit) }
        var delay = Duration.milliseconds(100)
        while true {
            do { return try persistentDomains() } catch let error as RequestError {
                guard error.libvirt?.isLoss == true, let end, .now + delay < end else {
                    throw error
                }
            }
            pause(milliseconds: UInt32(delay / .milliseconds(1)))
            delay = min(delay * 2, .seconds(2))
        }
    }

    /// Clients compare the message. A person is told more: who has the domains.
    private func allTaken(_ names: [String], waited: Bool) throws -> RequestError {
        let message = "no domain could be reserved"
        guard isInWords else { return RequestError(.busy, message) }
        var lines = try names.prefix(10).compactMap { name in
            try reservations.survey([name]).detailedHolder(of: name).map {
                "\(name) is held by \($0.text)"
            }
        }
        if names.count > 10 { lines.append("'reservations' lists the others") }
        if !waited { lines.append("wait=10m waits until one is released") }
        return RequestError(.busy, message, hint: "\(lines.joined(separator: "\n"))")
    }

    private func watchReleases() throws -> ReleaseWatch {
        try explainingWatch { () throws(SystemError) in try ReleaseWatch(reservations.state) }
    }

    private func clear(_ watch: ReleaseWatch) throws {
        try explainingWatch { () throws(SystemError) in try watch.clear() }
    }

    private func explainingWatch<Value>(
        _ body: () throws(SystemError) -> Value
    ) throws -> Value {
        do throws(SystemError) { return try body() } catch {
            throw RequestError(
                RequestError.Kind(error),
                "cannot wait for a release in '\(reservations.directory)': \(error.message)")
        }
    }

    private struct Attempt {
        /// The domain that was reserved.
        var name: String?
        /// When to try again without an event: a session that is being killed drops the lock of a
        /// domain, which is an event, a moment before its file `sessions/PID` loses its own.
        var retry: ContinuousClock.Instant?
    }

    private func reserveAny(of names: [String]) throws -> Attempt {
        reservations.record.repair()
        var failure: (name: String, error: SystemError)?
        var isAnyHeld = false
        var retry: ContinuousClock.Instant?
        // In a fixed order, clients that start together would all try the same domain.
        for name in names.shuffled() {
            do {
                // Ask first: a failed attempt closes a writable file, which wakes all waiters.
                if try reservations.isFree(name) {
                    if try reservations.reserve(name) { return Attempt(name: name) }
                    retry = .now + .milliseconds(100)
                }
                isAnyHeld = true
            } catch let error as SystemError {
                // Other domains may have a lock file that can be used.
                if failure?.error.concernsOneFile != false { failure = (name, error) }
            }
        }
        // If other domains are held, waiting for their release can succeed, unless the directory
        // itself cannot be used.
        if let failure, !isAnyHeld || !failure.error.concernsOneFile {
            throw lockError(failure.name, failure.error)
        }
        return Attempt(retry: retry)
    }

    private func lockError(_ name: String, _ error: SystemError) -> RequestError {
        let message = "cannot lock domain '\(name)' in '\(reservations.directory)'"
        let kind = reservations.state.lock(of: name).flatMap { path -> FileStatus.Kind? in
            do throws(SystemError) {
                return try FileStatus(of: path, following: false).kind
            } catch { return nil }
        }
        let isWhat =
            switch kind {
            case nil, .regular: error.message
            case .symbolicLink: "its lock file is a symbolic link instead of a regular file"
            case .directory: "its lock file is a directory instead of a regular file"
            case .blockDevice, .other: "its lock file is not a regular file"
            }
        return RequestError(RequestError.Kind(error), "\(message): \(isWhat)")
    }
}

/// Reports that reservations may have ended. Closing a lock file that was open for writing is an
/// event, also when its holder dies.
private final class ReleaseWatch {
    private(set) var current: PathWatch
    private let state: StateDirectory
    private var watched: FileIdentity?
    /// When to look again for the directory, while there is none.
    private(set) var retry: ContinuousClock.Instant?

    init(_ state: StateDirectory) throws(SystemError) {
        self.state = state
        if !pathExists(state.locks) { try state.make() }
        watched = FileIdentity(state.locks)
        current = try PathWatch(state.locks, Self.events)
    }

    // The end of a directory is an event that need not be asked for.
    private static let events: PathWatch.Events = [.closedByWriter, .deleted, .renamed]

    /// Clears the events; if another directory has the place of the one that was watched, watches
    /// that from now on. A timer is replaced as soon as there is an instance for a watch.
    func clear() throws(SystemError) {
        // A new directory may have the number of the old one.
        if current.drainEvents().contains(.ended) { watched = nil }
        retry = nil
        let found = FileIdentity(state.locks)
        guard current.isPolling || found == nil || found != watched else { return }
        do throws(SystemError) {
            current = try PathWatch(state.locks, Self.events)
            watched = found
        } catch {
            guard error == .noSuchFile else { throw error }
            watched = nil
            retry = .now + .milliseconds(200)
        }
    }
}

/// Reports that domains were defined or undefined, while libvirt can be reached.
private final class DomainListEvents {
    /// Woken by libvirt's event thread.
    let wakeup: Wakeup
    private let host: HostConnection
    private var connection: Connection?
    private var subscriptions: [AnyObject?] = []
    /// When to try again to connect, because no event reports that libvirt is back; `nil` while
    /// there is a connection that works.
    private(set) var retry: ContinuousClock.Instant?
    private var delay = firstDelay

    private static let firstDelay = Duration.milliseconds(200)
    private static let longestDelay = Duration.seconds(1)

    init(_ host: HostConnection) throws {
        self.host = host
        wakeup = try Wakeup()
        try trySubscribing()
        // The list may have changed before the subscription.
        wakeup.wake()
    }

    /// Whether the list may have changed since the last call. Subscribes again if the connection
    /// was lost.
    func mayHaveChanged() throws -> Bool {
        let isWoken = wakeup.clear()
        if retry == nil, connection?.isAlive == true { return isWoken }
        // The close of a connection wakes us; after that only the time counts.
        if let retry, .now < retry { return false }
        return try trySubscribing()
    }

    /// The connection was lost while the list was read.
    func listFailed() {
        retry = .now + delay
        // Longer each time, and random: many sessions may wait for the same daemon.
        delay = min(delay * Double.random(in: 1.5...2.5), Self.longestDelay)
    }

    /// Returns false if libvirt cannot be reached: the daemon may be restarting. Until it is back,
    /// the session waits for releases only.
    @discardableResult
    private func trySubscribing() throws -> Bool {
        do throws(LibvirtError) {
            // The shortest time limit, because no release is noticed in the meantime.
            try host.opening(until: .now) { () throws(LibvirtError) in try subscribe() }
        } catch {
            guard error.isLoss else { throw error }
            listFailed()
            return false
        }
        retry = nil
        return true
    }

    /// The list was read, so that the daemon works.
    func listSucceeded() { delay = Self.firstDelay }

    private func subscribe() throws(LibvirtError) {
        subscriptions = []
        let connection = try host.open()
        self.connection = connection
        let wakeup = wakeup
        do throws(LibvirtError) {
            subscriptions = [
                // The closures run on libvirt's event thread: they only wake ours, which asks.
                try connection.subscribe(to: .lifecycle, of: nil) { event in
                    if event.change == .defined || event.change == .undefined {
                        wakeup.wake()
                    }
                },
                try connection.subscribe(toClose: { _ in wakeup.wake() }),
            ]
        } catch {
            // A driver without events: its list of domains does not change.
            guard error.code == .noSupport else { throw error }
        }
    }
}
