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
        return try RecordLock.holder(path) == nil
    }

    /// Reserves a domain; returns false if it is held already, by this session or by another. Throws
    /// a `Denial` if the identity holds as many domains as the role permits.
    func reserve(_ domain: String) throws -> Bool {
        try record.alone { others in
            // Of many sessions that waited for one release, most need not read further.
            guard try isFree(domain) else { return false }
            let others = try others()
            try checkLimit(others)
            // The lock of another session may be on a file that was removed meanwhile.
            guard others.holder(of: domain) == nil else { return false }
            return try record.take(domain)
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
            $0 + $1.domains.count
        }
        guard count < limit else {
            throw Denial(
                "\(count) domains are reserved already, and \(limit) are granted "
                    + "('max-reservations')")
        }
    }

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

    /// Looks at who holds which of the domains.
    func survey(_ domains: [String]) throws -> ReservationSurvey {
        record.repair()
        do throws(SystemError) { return try ReservationSurvey(self, of: domains) } catch {
            throw RequestError("cannot read the reservations in '\(state.path)'", error)
        }
    }
}
