import Policy
import Protocol
import System

/// The domains that this session has reserved, and the holders of the others.
final class ReservedDomains {
    let record: SessionRecord

    init(_ record: SessionRecord) { self.record = record }

    var state: StateDirectory { record.state }

    /// The directory of the lock files.
    var directory: String { state.locks }

    func holds(_ domain: String) -> Bool { record.holds(domain) }

    /// Whether no process has locked a domain. Asking does not wake processes that wait for a
    /// release.
    func isFree(_ domain: String) throws(SystemError) -> Bool {
        guard !holds(domain), let path = state.lock(of: domain) else { return false }
        return try lockHolder(domain, path) == nil
    }

    /// The process that has locked the file of a domain that this session did not hold a moment
    /// ago.
    func lockHolder(_ domain: String, _ path: String) throws(SystemError) -> Int32? {
        var attempts = 0
        while true {
            do throws(SystemError) { return try RecordLock.holder(path) } catch {
                // Another thread of this process has just locked it, or is about to release it; or
                // the path is a second name of the file of another domain that the session holds.
                guard error.isOwnLock, attempts < 20 else { throw error }
            }
            if holds(domain) { return ProcessInformation.id }
            attempts += 1
            pause(milliseconds: 1)
        }
    }

    /// Reserves a domain; returns false if it is held already, by this session or by another.
    /// Throws a `Denial` if the identity holds as many domains as the role permits.
    func reserve(_ domain: String, note: String? = nil) throws -> Bool {
        try record.alone { others in
            // Of many sessions that waited for one release, most need not read further.
            guard try isFree(domain) else { return false }
            let others = try others()
            try checkLimit(others)
            // The lock of another session may be on a file that was removed meanwhile.
            guard others.holder(of: domain) == nil else { return false }
            return try record.take(domain, note: note)
        }
    }

    /// Reserves the name of a new guest on demand, and what it takes of the host. Returns what the
    /// host has too little of, after what others wait for; throws if the name is taken, or if the
    /// identity has as many guests as the role permits.
    func reserve(
        guest identity: GuestIdentity, _ needs: GuestNeeds, _ room: HostRoom,
        after waiting: [GuestNeeds], note: String?
    ) throws -> HostRoom.Shortage? {
        let name = identity.name
        return try record.alone { others in
            let others = try others()
            let own = record.facts
            try checkGuests(others, own)
            let guests = others.guests + own.guests
            if let shortage = room.shortage(for: needs, beside: guests, and: waiting) {
                return shortage
            }
            guard try isFree(name), others.holder(of: name) == nil,
                try record.take(name, note: note, needs, hasOwnName: identity.hasOwnName)
            else {
                throw RequestError(
                    .exists, "the name '\(name)' is in use: a session has reserved it", object: name
                )
            }
            return nil
        }
    }

    /// Throws a `Denial` if the identity has as many guests as the role permits.
    func checkGuests() throws {
        guard record.policy.limits?.maxGuests != nil else { return }
        try record.alone { try checkGuests($0(), record.facts) }
    }

    private func checkGuests(_ others: OtherSessions, _ own: SessionFacts) throws(Denial) {
        guard let limit = record.policy.limits?.maxGuests else { return }
        let count = others.sharing(identityOf: own).reduce(own.guests.count) {
            $0 + $1.guests.count
        }
        guard count < limit else {
            throw Denial("\(count) guests exist already, and \(limit) are granted ('max-guests')")
        }
    }

    /// Throws a `Denial` if the identity holds as many domains as the role permits.
    func checkLimit() throws {
        guard record.policy.limits?.maxReservations != nil else { return }
        try record.alone { try checkLimit($0()) }
    }

    private func checkLimit(_ others: OtherSessions) throws(Denial) {
        guard let limit = record.policy.limits?.maxReservations else { return }
        let count = others.sharing(identityOf: record.facts).reduce(record.heldCount) {
            $0 + $1.domains.count - $1.guests.count
        }
        guard count < limit else {
            throw Denial(
                "\(count) domains are reserved already, and \(limit) are granted "
                    + "('max-reservations')")
        }
    }

    /// Whether another request, which runs in the background, has reserved the domain or changes it.
    func isInUse(_ domain: String) -> Bool { record.isInUse(domain) }

    /// Releases a domain; returns false if this session does not hold it.
    func release(_ domain: String) -> Bool { record.release(domain) }

    /// Another session's hold on a domain, as it concerns a session with an identity.
    enum OtherHold {
        case none
        /// By a session of the same identity.
        case sameIdentity
        /// By another identity, or by a process that does not say who it is.
        case anotherIdentity
    }

    func otherHold(on domain: String) throws(SystemError) -> OtherHold {
        let survey = try ReservationSurvey(self, of: [domain])
        guard let process = try survey.holdingProcess(of: domain) else { return .none }
        let isSame = try SessionFacts.of(process, state)?.hasSameIdentity(as: record.facts) == true
        return isSame ? .sameIdentity : .anotherIdentity
    }

    /// Whether another session holds a domain, on any thread.
    func isHeldByOther(_ domain: String) throws(SystemError) -> Bool {
        try ReservationSurvey(self, of: [domain]).holdingProcess(of: domain) != nil
    }

    /// Looks at who holds which of the domains.
    func survey(_ domains: [String]) throws -> ReservationSurvey {
        record.repair()
        do throws(SystemError) { return try ReservationSurvey(self, of: domains) } catch {
            throw RequestError("cannot read the reservations in '\(state.path)'", error)
        }
    }
}
