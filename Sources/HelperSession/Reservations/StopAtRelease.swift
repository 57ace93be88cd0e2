import Libvirt
import Lifetime
import Logging
import Protocol
import System

// A guest that is stopped when its domain is given back.

extension Session {
    /// Completes the reservation of a domain. If that fails, gives it back.
    func complete(_ order: ReservationOrder, of domain: String, _ hold: Hold?) throws {
        let record = reservations.record
        do {
            try stopForEarlierHolder(domain, hold)
            if order.stopsAtRelease {
                let stop = try stopAtRelease(domain, hold)
                guard record.setStop(stop, of: hold) else {
                    stop.commit()
                    try record.check(domain, hold)
                    throw record.wasReleased(domain)
                }
            }
            if let lease = try newLease(order) {
                record.setLease(lease, of: domain)
            }
        } catch {
            // Another request may have reserved it by now.
            if record.hold(of: domain) == hold { _ = record.release(domain) }
            throw error
        }
    }

    /// Stops a guest whose holder was killed, and that no clean-up has stopped yet.
    private func stopForEarlierHolder(_ name: String, _ hold: Hold?) throws {
        let stops: (areAny: Bool, records: [JournalRecord])
        do throws(SystemError) { stops = try Journal(reservations.state).stops(of: name) } catch {
            log.warning("cannot read '\(reservations.state.journal)': \(error.message)")
            return
        }
        guard stops.areAny else { return }
        do {
            // Another session may have taken the domain by force, and started it.
            try CriticalSection.run {
                try reservations.record.step(on: name, hold) { try stop(name, host.open()) }
            }
        } catch {
            for record in stops.records { record.release() }
            guard let error = error as? LibvirtError else { throw error }
            throw RequestError("cannot stop domain '\(name)', as its last holder wanted", error)
        }
        for record in stops.records { record.remove() }
    }

    /// `nil` if the client wants none.
    func newLease(_ order: ReservationOrder) throws -> Lease? {
        try order.lease.map { seconds in
            try leases.prepare()
            return Lease(seconds: seconds, uri: try uriOfHost())
        }
    }

    /// The action that stops a guest, unless the session has lost the reservation.
    func stopping(
        _ name: String, _ hold: Hold?
    ) throws(LibvirtError) -> @Sendable () throws(LibvirtError) -> Void {
        let record = reservations.record
        return try host.rollbackAction { (connection) throws(LibvirtError) in
            // Not in `LostDomains.alone`, in which a forced release runs this. The reservation
            // stays meanwhile: a release waits for the action, and the end of the process for the
            // release.
            if let hold, record.hold(of: name) == hold { try stop(name, connection) }
        }
    }

    /// Stops the guest on release and at the end of the session; the next session, if this one is
    /// killed.
    private func stopAtRelease(_ name: String, _ hold: Hold?) throws -> LastingRollback {
        let begun: BegunGuest
        let action: @Sendable () throws(LibvirtError) -> Void
        do throws(LibvirtError) {
            let connection = try host.open()
            begun = BegunGuest(
                uri: try connection.uri(), name: name,
                uuid: try connection.domain(name: name).uuid(),
                isLocal: try connection.isLocal(), .any)
            action = try stopping(name, hold)
        } catch { throw RequestError("cannot prepare to stop domain '\(name)'", error) }
        atEnd.removeEnded()
        do throws(SystemError) {
            return atEnd.keep(try Rollback(of: .guest(begun), durably: false, action))
        } catch { throw RequestError.journal(error) }
    }
}

/// Stops a domain if it is running.
private func stop(_ name: String, _ connection: Connection) throws(LibvirtError) {
    do throws(LibvirtError) {
        let domain = try connection.domain(name: name)
        if try domain.isActive() { try domain.destroy() }
    } catch {
        // It does not exist any more, or has stopped by itself.
        guard [.noDomain, .operationInvalid].contains(error.code) else { throw error }
    }
}
