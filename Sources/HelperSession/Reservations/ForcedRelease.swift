import Libvirt
import Lifetime
import Logging
import Policy
import Protocol
import Synchronization
import System
import Text

// Taking a domain from another session. The session that takes it writes a file, which it keeps
// until the domain is free, and sends a signal to the holder, which then looks into the directory.

/// A request to a session to give a domain back.
struct ForcedRelease {
    let domain: String
    /// Who asks.
    let taker: SessionFacts
    /// Whether the taker may end nothing but a lease of its own owner.
    let isForOwnLease: Bool

    var json: JSONValue {
        .object([
            ("domain", .string(domain)), ("taker", taker.json), ("own_lease", .bool(isForOwnLease)),
        ])
    }

    init(domain: String, taker: SessionFacts, isForOwnLease: Bool) {
        self.domain = domain
        self.taker = taker
        self.isForOwnLease = isForOwnLease
    }

    /// Whether the request is for this holder. Another one may have the domain, or the number of
    /// the process, by now.
    func concerns(_ holder: SessionFacts) -> Bool {
        !isForOwnLease || holder.hasLease(of: domain, for: taker)
    }

    /// `nil` if the text is not of this version.
    init?(_ text: String) {
        let value: JSONValue
        do throws(JSONError) { value = try JSONParser.value(of: text) } catch { return nil }
        guard case .string(let domain)? = value["domain"],
            let taker = value["taker"].flatMap({ SessionFacts($0) })
        else { return nil }
        var isForOwnLease = false
        if case .bool(true)? = value["own_lease"] { isForOwnLease = true }
        self.init(domain: domain, taker: taker, isForOwnLease: isForOwnLease)
    }

    private static let count = Atomic(0)

    /// Names are `HOLDER-TAKER-NUMBER`; the first two are process IDs.
    static func path(_ holder: Int32, _ state: StateDirectory) -> String {
        let number = count.add(1, ordering: .relaxed).newValue
        return "\(state.forcedReleases)/\(holder)-\(ProcessInformation.id)-\(number)"
    }
}

// MARK: The session that takes

extension Session {
    /// How long a session of ours has to give a domain back, before its process is ended. It may have
    /// to stop the guest, and waits for libvirt meanwhile; libvirt takes more than ten seconds to
    /// kill a guest that does not react.
    private static var patience: Duration { Connection.absenceLimit + .seconds(15) }
    /// The same for a process that is stopped, which cannot react.
    private static var patienceWithStopped: Duration { .seconds(10) }
    /// How long a process of the Python helper has to end by itself.
    private static var gracePeriod: Duration { .seconds(2) }

    /// Releases a domain, even if another session holds it.
    func releaseByForce(_ domain: String) throws {
        let denial = policy.denialOfForcedRelease
        if denial == nil {
            switch reservations.record.release(domain, unlessInUse: true) {
            case .released: return
            case .inUse: throw RequestError.inUse(domain)
            case .notHeld: break
            }
        }
        guard policy.shows(domain: domain), let holder = try holder(of: domain) else {
            if let denial { throw denial }
            throw RequestError(.notFound, "domain not locked")
        }
        func failure(_ error: SystemError) -> RequestError {
            RequestError("cannot end the reservation of domain '\(domain)'", error)
        }
        let (process, facts): (ProcessHandle, SessionFacts?)
        do throws(SystemError) {
            guard holder > 0 else { throw .noSuchProcess }
            process = try ProcessHandle(holder)
            facts = try SessionFacts.of(holder, reservations.state)
        } catch {
            if let denial { throw denial }
            if error == .noSuchProcess, try !isHeldByAny(domain) { return }
            throw failure(error)
        }
        // No grant is needed to end a lease of the same owner. From here on only this holder is
        // asked: another session may get the domain meanwhile, and keeps it.
        let own = reservations.record.facts
        if let denial, facts?.hasLease(of: domain, for: own) != true { throw denial }
        do throws(SystemError) {
            // Its number could belong to another process by now.
            guard try isHeld(domain, by: holder) else { return }
            log.warning("releasing domain '\(domain)' of process \(holder) by force")
            let release = ForcedRelease(
                domain: domain, taker: own.withoutDomains, isForOwnLease: denial != nil)
            if facts != nil, try ask(process, holder, release) { return }
            try end(process, holder, domain, isOurs: facts != nil)
        } catch {
            if error == .noSuchProcess, try !isHeldByAny(domain) { return }
            throw failure(error)
        }
    }

    private func holder(of domain: String) throws -> Int32? {
        let survey = try reservations.survey([domain])
        do throws(SystemError) { return try survey.holdingProcess(of: domain) } catch {
            throw survey.unknownHolder(domain, error)
        }
    }

    private func isHeldByAny(_ domain: String) throws -> Bool { try holder(of: domain) != nil }

    private func isHeld(_ domain: String, by process: Int32) throws(SystemError) -> Bool {
        guard let path = reservations.state.lock(of: domain) else { return false }
        // Another thread of this session may have it by now.
        if reservations.holds(domain) { return false }
        switch try reservations.lockHolder(domain, path) {
        case process: return true
        case ProcessInformation.id: return false
        default: break
        }
        // Its lock may be on a file that was removed.
        return try SessionFacts.of(process, reservations.state)?.held(domain) != nil
    }

    /// Returns false if the session does not react.
    private func ask(
        _ process: ProcessHandle, _ holder: Int32, _ release: ForcedRelease
    ) throws(SystemError) -> Bool {
        let domain = release.domain
        let state = reservations.state
        try Directory.make(state.forcedReleases, mode: StateDirectory.directoryMode)
        var bytes: [UInt8] = []
        release.json.write(to: &bytes)
        let request = try PresenceFile(bytes, as: ForcedRelease.path(holder, state))
        try process.send(.alarm)
        func isFree() throws(SystemError) -> Bool {
            // The holder removes the file: another request of it may have the domain by then.
            guard request.isPresent else { return true }
            return try !isHeld(domain, by: holder)
        }
        let begin = ContinuousClock.now
        var isDone = try wait(until: begin + Self.patienceWithStopped, isFree)
        if !isDone, !ProcessInformation.isStopped(holder) {
            isDone = try wait(until: begin + Self.patience, isFree)
        }
        withExtendedLifetime(request) {}
        return isDone
    }

    /// The Python helper does not know such requests, and a process that is stopped does not react.
    private func end(
        _ process: ProcessHandle, _ holder: Int32, _ domain: String, isOurs: Bool
    ) throws(SystemError) {
        if !isOurs {
            try process.send(.terminate)
            let end = ContinuousClock.now + Self.gracePeriod
            let isFree = try wait(until: end) { () throws(SystemError) in
                try !isHeld(domain, by: holder)
            }
            if isFree { return }
        }
        log.warning("process \(holder) does not react, and is ended")
        try process.send(.kill)
        let isFree = try wait(until: .now + Self.patienceWithStopped) { () throws(SystemError) in
            try !isHeld(domain, by: holder)
        }
        guard isFree else { throw .timedOut }
    }

    private func wait(
        until end: ContinuousClock.Instant, _ isTrue: () throws(SystemError) -> Bool
    ) throws(SystemError) -> Bool {
        while try !isTrue() {
            guard .now < end else { return false }
            pause(milliseconds: 5)
        }
        return true
    }
}

// MARK: The session that holds

extension SessionRecord {
    /// Called after `RemovalAlarm.signal`, on the thread of the client watch.
    package func lookAfterAlarm() {
        repairAfterAlarm()
        obeyForcedReleases()
    }

    /// Gives back what other sessions ask for. The client watch must not wait for libvirt.
    private func obeyForcedReleases() {
        // One thread for each: a guest may take long to stop, or a client to read the event.
        for (path, request) in forcedReleases() {
            let run: @Sendable () -> Void = { [self] in obey(request, path) }
            do throws(SystemError) { try startDetachedThread(stackSize: 1 << 20, run) } catch {
                run()
            }
        }
    }

    /// Those whose session still waits. The directory is this user's alone.
    private func forcedReleases() -> [(path: String, request: ForcedRelease)] {
        var found: [(path: String, request: ForcedRelease)] = []
        do throws(SystemError) {
            for name in try Directory(state.forcedReleases).names()
            where !name.hasSuffix(PresenceFile.temporarySuffix) {
                let path = "\(state.forcedReleases)/\(name)"
                let isForUs = name.hasPrefix("\(ProcessInformation.id)-")
                do throws(SystemError) {
                    switch try PresenceFile.state(of: path, reading: isForUs) {
                    case .missing: continue
                    case .abandoned: try removeFile(path)
                    case .present(let bytes):
                        let text = String(decoding: bytes ?? [], as: UTF8.self)
                        if isForUs, let request = ForcedRelease(text) {
                            found.append((path, request))
                        }
                    }
                } catch { guard error.concernsOneFile else { throw error } }
            }
        } catch {
            guard error != .noSuchFile else { return [] }
            log.error("cannot read '\(state.forcedReleases)': \(error.message)")
        }
        return found
    }

    private func obey(_ request: ForcedRelease, _ path: String) {
        let domain = request.domain
        guard let hold = hold(of: domain) else { return }
        // Tells the session that asked. If that fails, it sees that the domain is free.
        func answer() { do throws(SystemError) { try removeFile(path) } catch {} }
        guard request.concerns(facts) else { return answer() }
        let taker = shown(request.taker)
        // First: a request that works on the domain must not begin another step.
        noteLoss(of: domain, hold, to: taker)
        var isReleased = false
        // A step that has begun ends first. A rollback of it must not run afterwards.
        CriticalSection.run {
            lost.alone(on: domain) {
                // Another thread may have obeyed the same request, after an earlier alarm.
                if self.hold(of: domain) == hold { isReleased = release(domain) }
            }
        }
        answer()
        guard isReleased else { return }
        audit.note(.released, domain, by: request.taker.name)
        log.warning("domain '\(domain)' was released by force by \(taker)")
        tell("domain '\(domain)' was released by force by \(taker)")
        lost.sendEvent(
            domain, by: policy.showsClients ? request.taker.name : request.taker.publicName)
    }

    /// A reservation that is made from now on is not lost.
    private func noteLoss(of domain: String, _ hold: Hold, to taker: String) {
        shared.withLock { shared in
            guard shared.held.contains(where: { $0.hold == hold && !$0.isBeingReleased }) else {
                return
            }
            lost.add(domain, by: taker)
        }
    }

    private func shown(_ taker: SessionFacts) -> String {
        guard policy.showsClients else { return "'\(taker.publicName)'" }
        let origin = [taker.user == taker.name ? nil : taker.user, taker.peer].compactMap { $0 }
        return "'\(taker.name)'" + (origin.isEmpty ? "" : " (\(origin.joined(separator: ", ")))")
    }
}
