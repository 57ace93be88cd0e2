import Host
import Libvirt

/// One run of a domain, from its start (which may be still to come) to its stop.
final class DomainRun {
    /// Wakes when `isOver` or `hasBegun` may answer differently.
    let wakeup: Wakeup
    let name: String
    /// As the connection in use knows it.
    private(set) var domain: Domain
    private(set) var connection: Connection
    private let host: HostConnection
    private let uuid: String
    /// libvirt's number of the run, which no other has; `nil` before it.
    private var id: UInt32?
    private var subscriptions: [AnyObject?] = []

    /// How long a daemon that restarts may be away.
    private static let absence = Duration.seconds(10)

    init(of name: String, _ host: HostConnection) throws {
        self.name = name
        self.host = host
        wakeup = try Wakeup()
        do throws(LibvirtError) {
            connection = try host.open()
        } catch { throw Refusal("cannot get domain '\(name)'", error) }
        domain = try host.domain(named: name)
        uuid = try domain.uuid()
        id = try lookUp()?.id
    }

    /// Whether the run began.
    var hasBegun: Bool { id != nil }

    /// Looks whether the run began meanwhile.
    func lookForStart() throws {
        guard let domain = try lookUp() else {
            throw Refusal(
                .notFound, "domain '\(name)' was undefined before it was started", object: name)
        }
        id = domain.id
    }

    /// Looks whether the run is over; another one that followed is not this one.
    func isOver() throws -> Bool {
        guard let domain = try lookUp() else { return true }
        return domain.id != id
    }

    /// The domain as it is now; `nil` where there is none any more.
    private func lookUp() throws -> Domain? {
        let end = ContinuousClock.now + Self.absence
        while true {
            do throws(LibvirtError) {
                if !connection.isAlive {
                    subscriptions = []
                    connection = try host.open()
                }
                domain = try connection.domain(uuid: uuid)
                guard subscriptions.isEmpty else { return domain }
                try subscribe()
                continue  // before the subscription it may have changed
            } catch {
                if error.code == .noDomain { return nil }
                guard error.isLoss else {
                    throw Refusal("cannot look at domain '\(name)'", error)
                }
                guard .now < end else {
                    throw Refusal(
                        .disconnected, "libvirt went away: \(error.message)", object: name,
                        libvirt: error)
                }
            }
            pause(milliseconds: 200)
        }
    }

    private func subscribe() throws(LibvirtError) {
        let wakeup = wakeup
        do throws(LibvirtError) {
            subscriptions = [
                try connection.subscribe(to: .lifecycle, of: domain) { _ in
                    wakeup.wake()
                },
                try connection.subscribe(toClose: { wakeup.wake() }),
            ]
        } catch {
            // Without events nothing tells of a stop; the console's end then does.
            guard error.code == .noSupport else { throw error }
            subscriptions = [nil]
        }
    }
}
