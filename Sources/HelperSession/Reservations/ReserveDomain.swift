import Libvirt
import Protocol
import System
import Text

extension Session {
    /// Reserves one free domain, chosen at random. If all are taken, waits up to `wait` seconds.
    func reserve(_ filter: DomainFilter, wait: Double?) throws -> String {
        let deadline = wait.map { ContinuousClock.now + .seconds($0) }
        // Watch before the first attempt: a release in between must not be missed.
        let watch = deadline == nil ? nil : try watchReleases()
        var names = try filter.matching(persistentDomains())
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
            if try events.mayHaveChanged() { names = try filter.matching(persistentDomains()) }
            attempt = try reserveAny(of: names)
            if let name = attempt.name { return name }
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
                "cannot wait for a release in '\(reservations.directory)': \(error.message)",
                hint: error.isTooManyOpen
                    ? "the sysctl fs.inotify.max_user_instances limits how many can wait" : nil)
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
        // A client that waits for one of the domains that are held gets it one day, unless the
        // directory itself cannot be used.
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
    /// that from now on.
    func clear() throws(SystemError) {
        // A new directory may have the number of the old one.
        if current.drainEvents().contains(.ended) { watched = nil }
        retry = nil
        let found = FileIdentity(state.locks)
        guard found == nil || found != watched else { return }
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

    init(_ host: HostConnection) throws {
        self.host = host
        wakeup = try Wakeup()
        try subscribe()
        // The list may have changed before the subscription.
        wakeup.wake()
    }

    /// Whether the list may have changed since the last call. Subscribes again if the connection
    /// was lost.
    func mayHaveChanged() throws -> Bool {
        let isWoken = wakeup.clear()
        if isConnected { return isWoken }
        do throws(LibvirtError) { try subscribe() } catch {
            // The daemon may be restarting; until it is back, wait for releases only.
            guard error.isLoss else { throw error }
            return false
        }
        return true
    }

    /// When to try again to connect: no event reports that libvirt is back.
    var retry: ContinuousClock.Instant? { isConnected ? nil : .now + .seconds(1) }

    private var isConnected: Bool { connection?.isAlive == true }

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
                try connection.subscribe(toClose: { wakeup.wake() }),
            ]
        } catch {
            // A driver without events: its list of domains does not change.
            guard error.code == .noSupport else { throw error }
        }
    }
}
