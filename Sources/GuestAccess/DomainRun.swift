import Libvirt
import Protocol
import System

/// One run of a domain, from its start, which may be in the future, to its stop.
final class DomainRun {
    /// Woken by libvirt's event thread when `isOver` or `hasBegun` may have changed.
    let wakeup: Wakeup
    let name: String
    /// Of the present connection.
    private(set) var domain: Domain
    private(set) var connection: Connection
    private let host: HostConnection
    private let uuid: String
    /// libvirt's number of the run, which is never reused; `nil` before the start.
    private var id: UInt32?
    private var subscriptions: [AnyObject?] = []

    /// How long to wait for a daemon that restarts.
    private static let maximumAbsence = Duration.seconds(10)

    init(of name: String, _ host: HostConnection) throws {
        self.name = name
        self.host = host
        wakeup = try Wakeup()
        do throws(LibvirtError) {
            connection = try host.open()
        } catch { throw RequestError("cannot get domain '\(name)'", error) }
        domain = try host.domain(named: name)
        uuid = try domain.uuid()
        id = try lookUp()?.id
    }

    var hasBegun: Bool { id != nil }

    /// Updates `hasBegun`; throws if the domain was undefined.
    func lookForStart() throws {
        guard let domain = try lookUp() else {
            throw RequestError(
                .notFound, "domain '\(name)' was undefined before it was started", object: name)
        }
        id = domain.id
    }

    /// Asks libvirt whether the run is over. A later run of the same domain does not count.
    func isOver() throws -> Bool {
        guard let domain = try lookUp() else { return true }
        return domain.id != id
    }

    /// The domain's present state; `nil` if it does not exist any more. Reconnects if necessary.
    private func lookUp() throws -> Domain? {
        let end = ContinuousClock.now + Self.maximumAbsence
        while true {
            do throws(LibvirtError) {
                if !connection.isAlive {
                    // They belong to the lost connection, and new ones are made below.
                    subscriptions = []
                    connection = try host.opening(until: end) {
                        () throws(LibvirtError) in try host.open()
                    }
                }
                // By UUID: another domain may have taken the name.
                domain = try connection.domain(uuid: uuid)
                guard subscriptions.isEmpty else { return domain }
                try subscribe()
                continue  // it may have changed before the subscription
            } catch {
                // A transient domain ceases to exist when it stops.
                if error.code == .noDomain { return nil }
                guard error.isLoss else {
                    throw RequestError("cannot look at domain '\(name)'", error)
                }
                guard .now < end else {
                    throw RequestError(
                        .disconnected, "libvirt went away: \(error.message)", object: name,
                        libvirt: error)
                }
            }
            try pauseOrCancel(milliseconds: 200)
        }
    }

    private func subscribe() throws(LibvirtError) {
        let wakeup = wakeup
        do throws(LibvirtError) {
            subscriptions = [
                // The closures run on libvirt's event thread, which must never wait for ours.
                try connection.subscribe(to: .lifecycle, of: domain) { _ in
                    wakeup.wake()
                },
                try connection.subscribe(toClose: { _ in wakeup.wake() }),
            ]
        } catch {
            // A driver without events: the end of the console then shows the stop.
            guard error.code == .noSupport else { throw error }
            // Not empty, or `lookUp` would try again.
            subscriptions = [nil]
        }
    }
}
