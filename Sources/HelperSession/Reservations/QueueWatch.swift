import System

/// Reports what may let a waiting request have a domain, or room for a guest.
///
/// Closing a lock file that was open for writing is an event, also when its holder dies. So is the
/// end of a request that waits.
final class QueueWatch {
    private(set) var current: PathWatch
    private let state: StateDirectory
    private let includesPorts: Bool
    private var subject: Subject
    /// Of the directories that are watched; they may be replaced.
    private var identities: [FileIdentity?]
    /// When to look again, because something to watch was missing.
    private(set) var retry: ContinuousClock.Instant?

    enum Subject: Hashable {
        /// All releases, and the ends of all waiting requests.
        case host
        /// The ends of the requests with these files. A release need not wake a request if others
        /// are ahead of it that accept the same domains: of many, each release wakes a few.
        case waiters([String])
    }

    /// `includesPorts`: whether host ports that are given back count, too.
    init(_ state: StateDirectory, includesPorts: Bool) throws(SystemError) {
        self.state = state
        self.includesPorts = includesPorts
        if !pathExists(state.locks) { try state.make() }
        subject = .host
        let directories = Self.directories(state, includesPorts)
        identities = directories.map { FileIdentity($0) }
        current = try PathWatch(directories, Self.directoryEvents)
    }

    private static func directories(_ state: StateDirectory, _ includesPorts: Bool) -> [String] {
        let others = [state.queue] + (includesPorts ? [state.ports] : [])
        return [state.locks] + others.filter(pathExists)
    }

    // The end of a directory or file is an event that need not be asked for.
    private static let directoryEvents: PathWatch.Events = [.closedByWriter, .deleted, .renamed]
    private static let fileEvents: PathWatch.Events = [.closedByWriter, .attributes]

    /// Watches what is given, if it is not watched already. Call it before looking whether a domain
    /// is free: what happens afterwards is reported. A timer is replaced as soon as there is an
    /// instance for a watch.
    func watch(_ wanted: Subject) throws(SystemError) {
        retry = nil
        switch wanted {
        case .host:
            let directories = Self.directories(state, includesPorts)
            // A new directory may have the number of the old one: `clear` has noticed that.
            let found = directories.map { FileIdentity($0) }
            guard current.isPolling || subject != wanted || found != identities else { return }
            do throws(SystemError) {
                current = try PathWatch(directories, Self.directoryEvents)
                identities = found
            } catch {
                guard error == .noSuchFile else { throw error }
                identities = []
                retry = .now + .milliseconds(200)
            }
        case .waiters(let files):
            guard current.isPolling || subject != wanted else { return }
            do throws(SystemError) { current = try PathWatch(files, Self.fileEvents) } catch {
                guard error == .noSuchFile else { throw error }
                // One has just ended.
                retry = .now
            }
        }
        subject = wanted
    }

    /// Clears the events.
    func clear() {
        guard current.drainEvents().contains(.ended) else { return }
        identities = []
        if case .waiters = subject { subject = .waiters([]) }
    }
}
