import CleanUp
import Libvirt
import Lifetime
import Protocol
import Synchronization
import System

/// A guest that exists as long as its session wants: destroying the value stops the domain, and
/// removes its files.
final class GuestOnDemand: Sendable {
    /// Also kept by the session, until its end.
    let rollback: LastingRollback

    let ports: GuestPorts

    init(_ rollback: consuming Rollback, _ ports: GuestPorts) {
        self.rollback = LastingRollback(rollback)
        self.ports = ports
    }
}

/// The guests on demand of a session, by name. Requests in the background make guests, too.
final class SessionGuests: Sendable {
    private let guests = Mutex<[String: GuestOnDemand]>([:])

    subscript(name: String) -> GuestOnDemand? {
        get { guests.withLock { $0[name] } }
        set { guests.withLock { $0[name] = newValue } }
    }
}

extension Session {
    /// Keeps a guest until it is removed, or until the end of the session.
    func keep(_ guest: GuestOnDemand, named name: String) {
        guests[name] = guest
        atEnd.keep(guest.rollback)
    }

    /// Stops a guest on demand, removes its files, and releases its name; returns false if the
    /// session has no such guest.
    func remove(guest name: String) throws -> Bool {
        guard let guest = guests[name] else { return false }
        guard reservations.holds(name) else {
            guest.rollback.run()
            guests[name] = nil
            return false
        }
        guest.rollback.run()
        atEnd.removeEnded()
        // If libvirt is away, a process in the background removes the
        // guest, and the name is not held longer than the request says.
        guests[name] = nil
        _ = reservations.release(name)
        try reservations.record.showGuests()
        return true
    }
}

extension BegunClone {
    /// The rollback that removes the guest, whose record is written now. `lock` is the lock file of
    /// its name if the name is its own; `release` removes that one and releases the name.
    func rollback(
        _ host: HostConnection, lock: TemporaryName?, release: @escaping @Sendable () -> Void
    ) throws -> Rollback {
        let remove = try removal(host)
        do throws(SystemError) {
            let recorded = BegunClone(
                uri: uri, name: name, uuid: uuid, isLocal: true,
                files: files + [lock].compactMap { $0 })
            return try Rollback(of: .clone(recorded), durably: true) {
                try remove()
                release()
            }
        } catch { throw RequestError.journal(error) }
    }

    /// The action that stops the guest and removes its files.
    func removal(
        _ host: HostConnection
    ) throws(LibvirtError) -> @Sendable () throws -> Void {
        let stop = try host.rollbackAction { (connection) throws(LibvirtError) in
            _ = try self.stop(connection)
        }
        return {
            try stop()
            _ = try self.removeFiles()
        }
    }
}
