import CleanUp
import Libvirt
import Lifetime
import Logging
import Policy
import Protocol
import System
import Text
import Volumes

// Taking over what a session holds that has lost its client.

/// What a session has taken over from others.
struct TakenOver {
    var domains: [String] = []
    /// The temporary volumes.
    var volumes: [TemporaryVolume] = []
}

extension Session {
    /// Takes leased domains over from sessions of the same owner that have lost their clients:
    /// one, or with `nil` all. They are held without interruption. Throws if there are none.
    func resume(_ domain: String?, _ order: ReservationOrder) throws -> TakenOver {
        if let domain {
            audit.add(.domain, domain)
            if let problem = try objection(toResuming: domain) { throw problem }
        }
        let uri = try uriOfHost()
        let record = reservations.record
        let request = LeaseRequest(domain: domain, uri: uri, taker: record.facts)
        var taken = TakenOver()
        var problem: String?
        // Meanwhile no session of ours reserves a domain, nor takes one over.
        func takeAll() throws {
            try record.alone { others in
                let holders = try others().withoutClients.filter { holder in
                    holder.facts.hasSameOwner(as: request.taker)
                        && holder.facts.domains.contains { canResume($0, request) }
                }
                // Others wait for the lock ten seconds at most.
                let end = ContinuousClock.now + .seconds(5)
                let patience: Int32 = holders.count > 1 ? 2 : 5
                for (process, _) in holders where .now < end {
                    do throws(SystemError) {
                        problem =
                            try takeOver(process, request, order, patience, &taken) ?? problem
                    } catch {
                        log.warning(
                            "cannot take over domains of process \(process): \(error.message)")
                        // If it has just ended, so has the lease.
                        guard ProcessInformation.exists(process) else { continue }
                        problem =
                            "is held by process \(process)"
                            + (error == .wouldBlock
                                ? ", which does not react" : ": \(error.message)")
                    }
                }
            }
        }
        if order.lease == nil {
            try takeAll()
        } else {
            do throws(SystemError) { try leases.prepare() } catch {
                throw RequestError("cannot prepare a lease", error)
            }
            try record.resuming(takeAll)
        }
        record.repair()
        // What was taken over is the client's, whatever else fails.
        do { try record.showGuests() } catch {
            log.warning("cannot read the guests: \(RequestError(error).message)")
        }
        guard taken.domains.isEmpty else { return taken }
        let kind: RequestError.Kind = problem == nil ? .notFound : .busy
        guard let domain else {
            let reason =
                problem.map { "a leased domain \($0)" }
                ?? "no session that has lost its client has left one for you"
            throw RequestError(kind, "no domain can be resumed: \(reason)")
        }
        let reason = problem.map { "it \($0)" } ?? "its lease has ended in this moment"
        throw RequestError(
            kind, "domain '\(domain)' cannot be resumed: \(reason)", object: domain)
    }

    private func canResume(_ held: HeldSince, _ request: LeaseRequest) -> Bool {
        held.lease?.end != nil && request.accepts(held.name) && policy.shows(domain: held.name)
    }

    /// Why a domain cannot be resumed, as far as is known without its holder.
    private func objection(toResuming domain: String) throws -> RequestError? {
        func failure(_ kind: RequestError.Kind, _ reason: String, hint: Hint? = nil)
            -> RequestError
        {
            RequestError(
                kind, "domain '\(domain)' cannot be resumed: \(reason)", object: domain, hint: hint)
        }
        guard policy.shows(domain: domain) else { return failure(.notFound, "it is not reserved") }
        if reservations.holds(domain) {
            return failure(.exists, "this session has reserved it already")
        }
        let survey = try reservations.survey([domain])
        let holder: (process: Int32, facts: SessionFacts?)
        do throws(SystemError) {
            guard let process = try survey.holdingProcess(of: domain) else {
                return failure(.notFound, "it is not reserved")
            }
            holder = (process, try SessionFacts.of(process, reservations.state))
        } catch { throw survey.unknownHolder(domain, error) }
        guard let facts = holder.facts, facts.hasSameOwner(as: reservations.record.facts) else {
            let name = try survey.detailedHolder(of: domain)?.identity ?? "another session"
            return failure(.busy, "it is reserved by '\(name)'")
        }
        guard let lease = facts.held(domain)?.lease, lease.end != nil else {
            return failure(
                .busy, "process \(holder.process), which holds it, still has its client",
                hint: hintOnClient)
        }
        guard try lease.uri.utf8.elementsEqual(uriOfHost().utf8) else {
            return failure(.notFound, "it is a domain of another libvirt host, '\(lease.uri)'")
        }
        return nil
    }

    private var hintOnClient: Hint {
        guard policy.denialOfForcedRelease == nil else {
            return """
                the connection may be lost without having been noticed: see ClientAliveInterval of \
                sshd
                """
        }
        return """
            the connection may be lost without having been noticed: see ClientAliveInterval of \
            sshd; 'release' with \(argument: "force", "true") ends the reservation
            """
    }

    // MARK: The exchange

    /// Returns why a domain was not handed over, without a subject.
    private func takeOver(
        _ process: Int32, _ request: LeaseRequest, _ order: ReservationOrder, _ patience: Int32,
        _ taken: inout TakenOver
    ) throws(SystemError) -> String? {
        guard let name = FileName(String(process)) else { return nil }
        let socket = try LocalSocket(name, in: reservations.state.leases, patience: patience)
        try socket.send(.request(request))
        var problem: String?
        while let (message, files) = try socket.receiveMessage() {
            switch message {
            case .domain(let domain):
                // The end of this process waits until what is taken has a rollback.
                let isTaken = try CriticalSection.run { () throws(SystemError) in
                    try take(domain, files, order, socket)
                }
                guard isTaken else {
                    log.warning(
                        "domain '\(domain.name)' was not taken over from process \(process)")
                    if policy.shows(domain: domain.name) {
                        problem = "cannot be taken over by this session"
                    }
                    continue
                }
                log.notice("took domain '\(domain.name)' over from process \(process)")
                audit.add(.domain, domain.name)
                taken.domains.append(domain.name)
            case .volume(let path):
                if let file = files.first, let volume = take(volume: path, file) {
                    audit.add(.volume, "\(volume.pool)/\(volume.name)")
                    taken.volumes.append(volume)
                }
            case .end(let reason): return reason ?? problem
            case .given, .prepared, .refused, .request: throw .unexpected
            }
        }
        return problem
    }

    /// Takes one domain; returns false if this session cannot take it. Throws if the other session
    /// did not give it.
    private func take(
        _ domain: LeasedDomain, _ files: [PassedFile], _ order: ReservationOrder,
        _ socket: LocalSocket
    ) throws(SystemError) -> Bool {
        guard let (lock, undoing) = prepare(domain, files) else {
            try socket.send(.refused)
            return false
        }
        try socket.send(.prepared)
        if try isGiven(socket) {
            // The other session unlocks now. No third one can lock the file, even if the other
            // session is stopped before that: this session has locked a part.
            let end = ContinuousClock.now + .seconds(3)
            do throws(SystemError) {
                while try !complete(lock, undoing) {
                    guard .now < end else { throw .timedOut }
                    pause(milliseconds: 1)
                }
            } catch { log.warning("domain '\(domain.name)' is partly locked: \(error.message)") }
        } else {
            // If the other session has ended, no session holds the domain.
            guard try complete(lock, undoing) else { throw .timedOut }
        }
        var lease: Lease?
        if let seconds = order.lease, let uri = undoing.uri {
            lease = Lease(seconds: seconds, uri: uri)
        }
        // First: the domain can be released as soon as it is in the record.
        let stop = undoing.keep()
        reservations.record.add(
            takenOver: HeldDomain(
                hold: undoing.hold, name: domain.name, since: domain.since,
                note: order.note ?? domain.note, needs: domain.needs,
                hasOwnName: undoing.hasOwnName, lease: lease, stop: stop, lock: lock,
                users: [Cancellation.current].compactMap { $0 }))
        return true
    }

    /// All that can fail comes before the answer. `nil` if something has failed.
    private func prepare(
        _ domain: LeasedDomain, _ files: [PassedFile]
    ) -> (lock: LockedFile, undoing: Undoing)? {
        guard policy.shows(domain: domain.name) else { return nil }
        var files = files[...]
        do throws(SystemError) {
            guard let file = files.popFirst(), let lock = try LockedFile(adopting: file),
                let undoing = try Undoing(self, domain, &files)
            else { return nil }
            return (lock, undoing)
        } catch {
            log.warning("cannot take over '\(domain.name)': \(error.message)")
            return nil
        }
    }

    private func complete(_ lock: LockedFile, _ undoing: Undoing) throws(SystemError) -> Bool {
        let isComplete = try lock.lock.complete()
        return try undoing.ports?.completeLocks() != false && isComplete
    }

    /// Whether the other session has given the domain up. If not, it cannot do so any more.
    private func isGiven(_ socket: LocalSocket) throws(SystemError) -> Bool {
        do throws(SystemError) {
            if case .given? = try socket.receiveMessage()?.message { return true }
            return false
        } catch {
            socket.refuseMore()
            // It may have given the domain a moment before.
            if case .given? = try socket.receiveMessage()?.message { return true }
            return false
        }
    }

    /// Takes a temporary volume; `nil` if that fails: then the clean-up removes it.
    private func take(volume path: String, _ file: PassedFile) -> TemporaryVolume? {
        let journal = Journal(reservations.state)
        do {
            let passed = try journal.passed(path, file)
            guard case .temporaryVolume(let volume) = passed.begun else { return nil }
            try temporaryVolumes.adopt(volume, host) { journal.adopt(passed) }
            return volume
        } catch {
            log.warning("cannot take over record '\(path)': \(RequestError(error).message)")
            return nil
        }
    }
}

/// What undoes, at the release of a domain that is taken over, what its first holder has begun.
private struct Undoing {
    let ports: GuestPorts?
    let uri: String?
    /// As that of `HeldDomain`.
    let hasOwnName: Bool
    /// Returns what stops the guest before the release.
    let keep: () -> LastingRollback?
    /// The reservation by this session.
    let hold = Hold()

    /// `nil` if this session cannot undo it.
    init?(
        _ session: Session, _ domain: LeasedDomain, _ files: inout ArraySlice<PassedFile>
    ) throws(SystemError) {
        let record = session.reservations.record
        let journal = Journal(record.state)
        let passed = try domain.record.flatMap { (path) throws(SystemError) in
            try files.popFirst().map { (file) throws(SystemError) in
                try journal.passed(path, file)
            }
        }
        guard files.count == domain.ports.count else { return nil }
        let ports = Array(zip(domain.ports, files).map { (number: $0, file: $1) })
        guard let locked = try GuestPorts(adopting: ports) else { return nil }
        self.ports = locked
        do throws(LibvirtError) {
            uri = try session.host.open().uri()
            switch passed?.begun {
            case .guest?:
                hasOwnName = false
                let action = try session.stopping(domain.name, hold)
                keep = {
                    guard let passed, let entry = journal.adopt(passed) else { return nil }
                    let rollback = Rollback(
                        recording: JournalEntry(adopting: entry, isDurable: false), action)
                    return session.atEnd.keep(rollback)
                }
            case .clone(let clone)?:
                hasOwnName = clone.files.contains {
                    $0.directory == record.state.locks && $0.name == domain.name
                }
                let remove = try clone.removal(session.host)
                keep = {
                    guard let passed, let entry = journal.adopt(passed) else { return nil }
                    let rollback = Rollback(
                        recording: JournalEntry(adopting: entry, isDurable: true)
                    ) {
                        try remove()
                        record.release(guest: domain.name)
                        // They stay locked longer than the guest runs.
                        locked.release()
                    }
                    let guest = GuestOnDemand(rollback, locked)
                    session.keep(guest, named: domain.name)
                    return guest.rollback
                }
            case nil:
                hasOwnName = false
                keep = { nil }
            default: return nil
            }
        } catch {
            session.log.warning("cannot take over '\(domain.name)': \(error.message)")
            return nil
        }
    }
}
