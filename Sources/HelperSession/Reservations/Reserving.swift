import Host
import Libvirt
import Virsh

/// Which domains a client would take.
struct DomainFilter {
    private let pattern: Pattern?

    /// A regular expression of Python's that the whole name must match; `nil` lets all through.
    init(_ filter: String?) throws {
        guard let filter else {
            pattern = nil
            return
        }
        do throws(PatternError) { pattern = try Pattern(filter) } catch {
            throw Refusal(
                .badRequest,
                "filter '\(filter)' is no regular expression: \(error.message) at position "
                    + "\(error.position)")
        }
    }

    /// Those of some names that match; none is a failure.
    func matching(_ names: [String]) throws -> [String] {
        guard let pattern else { return names }
        do throws(PatternError) {
            var matching: [String] = []
            for name in names where try pattern.matchesWhole(name) { matching.append(name) }
            if !matching.isEmpty { return matching }
        } catch { throw Refusal(.badRequest, "filter cannot be used: \(error.message)") }
        throw Refusal(.notFound, "no domain matches the filter")
    }
}

extension Session {
    /// Takes one free domain, at random; where all are taken, waits so many seconds for one.
    func reserve(_ filter: DomainFilter, wait: Double?) throws -> String {
        let deadline = wait.map { ContinuousClock.now + .seconds($0) }
        // Watched before it is looked, or what happens in between would be missed.
        let watch = deadline == nil ? nil : try watchReleases()
        var names = try filter.matching(persistentDomains())
        if let name = try takeAny(of: names) { return name }
        guard let deadline, let watch else { throw Refusal.allTaken }

        let events = try DomainListEvents(host)
        while true {
            let until = events.retry.map { min($0, deadline) } ?? deadline
            let happened = try waitForAny(of: [watch, events.wakeup], until: until)
            guard happened || .now < deadline else { throw Refusal.allTaken }
            _ = watch.take()
            if try events.take() { names = try filter.matching(persistentDomains()) }
            if let name = try takeAny(of: names) { return name }
        }
    }

    private func watchReleases() throws -> PathWatch {
        do throws(SystemError) {
            return try PathWatch(reservations.directory, [.closedByWriter, .deleted])
        } catch {
            throw Refusal(
                Refusal.Kind(error),
                "cannot wait for a release in '\(reservations.directory)': \(error.message)",
                hint: error.isTooMany
                    ? "the sysctl fs.inotify.max_user_instances limits how many can wait" : nil)
        }
    }

    private func takeAny(of names: [String]) throws -> String? {
        // A domain that another waiter holds is not even tried: the attempt would wake us all.
        for name in names.shuffled() {
            do throws(SystemError) {
                if try reservations.isFree(name), try reservations.take(name) { return name }
            } catch {
                throw Refusal(
                    "cannot lock domain '\(name)' in '\(reservations.directory)'", error)
            }
        }
        return nil
    }

    /// The names of all domains that outlive being stopped, in the order of `virsh list`.
    func persistentDomains() throws -> [String] {
        var domains: [(id: UInt32, key: FoldedName, name: String)] = []
        do throws(LibvirtError) {
            for domain in try host.open().domains(.persistent) {
                let name = try domain.name()
                domains.append((domain.id ?? UInt32.max, FoldedName(name), name))
            }
        } catch { throw Refusal("cannot list the domains", error) }
        guard !domains.isEmpty else { throw Refusal(.notFound, "no persistent domains found") }
        domains.sort { ($0.id, $0.key) < ($1.id, $1.key) }
        return domains.map(\.name)
    }
}

/// Tells when a domain was defined or undefined, as long as the host's libvirt can be reached.
private final class DomainListEvents {
    let wakeup: Wakeup
    private let host: HostConnection
    private var connection: Connection?
    private var subscriptions: [AnyObject?] = []

    init(_ host: HostConnection) throws {
        self.host = host
        wakeup = try Wakeup()
        try subscribe()
        // One may have come before the subscription.
        wakeup.wake()
    }

    /// Whether the domains may be others than when this was asked last.
    func take() throws -> Bool {
        let isWoken = wakeup.take()
        if isConnected { return isWoken }
        // A daemon that restarts is back soon; until then releases are what can be waited for.
        do throws(LibvirtError) { try subscribe() } catch {
            guard error.isLoss else { throw error }
            return false
        }
        return true
    }

    /// When to ask again in any case: nothing tells that libvirt is back.
    var retry: ContinuousClock.Instant? { isConnected ? nil : .now + .seconds(1) }

    private var isConnected: Bool { connection?.isAlive == true }

    private func subscribe() throws(LibvirtError) {
        subscriptions = []
        let connection = try host.open()
        self.connection = connection
        let wakeup = wakeup
        do throws(LibvirtError) {
            subscriptions = [
                try connection.subscribe(to: .lifecycle, of: nil) { event in
                    if event.change == .defined || event.change == .undefined {
                        wakeup.wake()
                    }
                },
                try connection.subscribe(toClose: { wakeup.wake() }),
            ]
        } catch {
            // A driver without events has no domains that come meanwhile.
            guard error.code == .noSupport else { throw error }
        }
    }
}

extension Refusal {
    fileprivate static let allTaken = Refusal(.busy, "no domain could be reserved")
}
