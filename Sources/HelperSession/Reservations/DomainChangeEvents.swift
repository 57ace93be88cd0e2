import Libvirt
import System

/// Reports that domains were e.g. defined or stopped, while libvirt can be reached.
final class DomainChangeEvents {
    /// Woken by libvirt's event thread.
    let wakeup: Wakeup
    private let host: HostConnection
    private let changes: Set<DomainEvent.Change>
    /// Whether domains count that are hidden from the session.
    private let includesHidden: Bool
    private var connection: Connection?
    private var subscriptions: [AnyObject?] = []
    /// When to try again to connect, because no event reports that libvirt is back; `nil` while
    /// there is a connection that works.
    private(set) var retry: ContinuousClock.Instant?
    private var delay = firstDelay

    private static let firstDelay = Duration.milliseconds(200)
    private static let longestDelay = Duration.seconds(1)

    init(
        _ host: HostConnection, _ changes: Set<DomainEvent.Change>, includesHidden: Bool = false
    ) throws {
        self.host = host
        self.changes = changes
        self.includesHidden = includesHidden
        wakeup = try Wakeup()
        try trySubscribing()
        // The domains may have changed before the subscription.
        wakeup.wake()
    }

    /// Whether something may have changed since the last call. Subscribes again if the connection
    /// was lost.
    func mayHaveChanged() throws -> Bool {
        let isWoken = wakeup.clear()
        if retry == nil, connection?.isAlive == true { return isWoken }
        // The close of a connection wakes us; after that only the time counts.
        if let retry, .now < retry { return false }
        return try trySubscribing()
    }

    /// The connection was lost while the domains were read.
    func readingFailed() {
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
            readingFailed()
            return false
        }
        retry = nil
        return true
    }

    /// The domains were read, so that the daemon works.
    func readingSucceeded() { delay = Self.firstDelay }

    private func subscribe() throws(LibvirtError) {
        subscriptions = []
        let opened = try host.open()
        let connection = includesHidden ? opened.unfiltered : opened
        self.connection = connection
        let (wakeup, changes) = (wakeup, changes)
        do throws(LibvirtError) {
            subscriptions = [
                // The closures run on libvirt's event thread: they only wake ours, which asks.
                try connection.subscribe(to: .lifecycle, of: nil) { event in
                    if event.change.map(changes.contains) == true { wakeup.wake() }
                },
                try connection.subscribe(toClose: { _ in wakeup.wake() }),
            ]
        } catch {
            // A driver without events: its domains do not change by themselves.
            guard error.code == .noSupport else { throw error }
        }
    }
}
