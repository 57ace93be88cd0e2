import Lifetime
import Logging
import Policy
import Protocol
import Synchronization
import System

// Reservations that outlive a lost connection.

extension SessionRecord {
    /// Whether a reservation is to outlive a lost connection, or is about to.
    var hasLeases: Bool {
        shared.withLock { $0.resumingCount > 0 || $0.held.contains { $0.lease != nil } }
    }

    /// Whether a request is taking over domains with a lease.
    var isResuming: Bool { shared.withLock { $0.resumingCount > 0 } }

    /// Runs a request that takes over domains with a lease: if its client is lost meanwhile, the
    /// session outlives it.
    func resuming<Value>(_ body: () throws -> Value) rethrows -> Value {
        shared.withLock { $0.resumingCount += 1 }
        defer {
            shared.withLock { shared in
                shared.resumingCount -= 1
                shared.listener?.wake()
            }
        }
        return try body()
    }

    /// The domains that are leased.
    var leased: [HeldDomain] { shared.withLock { $0.held.filter { $0.lease != nil } } }

    /// The domains that are not.
    var unleased: [HeldDomain] { shared.withLock { $0.held.filter { $0.lease == nil } } }

    /// Lets a reservation outlive a lost connection.
    func setLease(_ lease: Lease, of domain: String) {
        shared.withLock { shared in
            guard let index = shared.held.firstIndex(where: { $0.isNamed(domain) }) else { return }
            shared.held[index].lease = withEnd(lease, shared)
            writeIfPossible(&shared)
        }
    }

    /// The client has gone: the leases begin to count. `listener` is woken by each release from now
    /// on.
    func beginLeases(_ listener: Wakeup) {
        let now = secondsSince1970()
        shared.withLock { shared in
            shared.listener = listener
            shared.leasesBegan = now
            for index in shared.held.indices {
                guard let lease = shared.held[index].lease else { continue }
                shared.held[index].lease = withEnd(lease, shared)
            }
            writeIfPossible(&shared)
        }
    }

    /// A lease with its end, if the client has gone.
    private func withEnd(_ lease: Lease, _ shared: borrowing Shared) -> Lease {
        guard let began = shared.leasesBegan else { return lease }
        var ends = [began + Int64(lease.seconds.rounded(.up))]
        if let limits = policy.limits {
            // `max-session` counts from the start of the session, `idle-timeout` from the loss.
            if limits.maxSessionSeconds > 0 { ends.append(since + Int64(limits.maxSessionSeconds)) }
            if limits.idleTimeout > 0 { ends.append(began + Int64(limits.idleTimeout)) }
        }
        var lease = lease
        lease.end = ends.min()
        return lease
    }

    /// Another session has taken a domain over, whose lock this one has given up.
    func removeHandedOver(_ domain: HeldDomain) {
        shared.withLock { shared in
            shared.held.removeAll { $0.hold == domain.hold }
            writeIfPossible(&shared)
        }
    }

    /// Locks what an attempt to hand over has left partly locked; returns false if another process
    /// holds a part.
    func completeLocks(_ guests: SessionGuests) -> Bool {
        var areComplete = true
        for domain in leased {
            do throws(SystemError) {
                if try !domain.lock.lock.complete() { areComplete = false }
                if try guests[domain.name]?.ports.completeLocks() == false { areComplete = false }
            } catch {
                log.error("cannot lock domain '\(domain.name)' again: \(error.message)")
            }
        }
        return areComplete
    }

    /// Adds a domain that another session has handed over to this one.
    func add(takenOver domain: HeldDomain) {
        lost.remove(domain.name)
        shared.withLock { shared in
            var domain = domain
            domain.lease = domain.lease.map { withEnd($0, shared) }
            shared.held.append(domain)
            writeIfPossible(&shared)
            if shared.alarms.isEmpty { setAlarms(&shared) }
        }
    }
}
