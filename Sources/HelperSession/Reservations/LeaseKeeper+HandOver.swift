import Lifetime
import Logging
import Policy
import Protocol
import System
import Volumes

// The session that hands its leased domains over to another one.

extension LeaseKeeper {
    /// Serves one connection. Whatever fails, a domain is either given or stays here.
    func handOver(to socket: LocalSocket, _ parts: Parts) {
        do throws(SystemError) {
            guard case .request(let request)? = try socket.receiveMessage()?.message else {
                return
            }
            guard request.taker.hasSameOwner(as: record.facts) else {
                return try socket.send(.end(problem: "belongs to another identity"))
            }
            var problem: String?
            for domain in record.leased where request.accepts(domain.name) {
                guard domain.lease?.uri == request.uri else {
                    problem = "is a domain of another libvirt host"
                    continue
                }
                guard deadline(of: domain) > .now else { continue }
                guard !record.isInUse(domain.name) else {
                    problem =
                        "is in use by a request of the lost session that has not ended yet; try "
                        + "again"
                    continue
                }
                problem = try handOver(domain, to: request.taker, socket, parts) ?? problem
            }
            if !record.hasLeases { try handOverVolumes(socket, parts) }
            try socket.send(.end(problem: problem))
        } catch {
            record.log.warning("leased domains were not all handed over: \(error.message)")
        }
    }

    /// Returns why the domain was not handed over, unless the other session knows.
    private func handOver(
        _ domain: HeldDomain, to taker: SessionFacts, _ socket: LocalSocket, _ parts: Parts
    ) throws(SystemError) -> String? {
        let name = domain.name
        guard let path = record.state.lock(of: name), domain.lock.lock.isAt(path) else {
            // It was removed; `repair` locks another one.
            return "has lost its lock file, which is being replaced; try again"
        }
        var isHeld = true
        let isGiven = try CriticalSection.run { () throws(SystemError) in
            var isGiven = false
            try record.lost.alone(on: name) { () throws(SystemError) in
                isHeld = record.hold(of: name) == domain.hold
                guard isHeld else { return }
                let give = { [self] (journal: JournalRecord?) throws(SystemError) -> Bool in
                    try self.give(domain, journal, socket, parts)
                }
                if let stop = domain.stop {
                    isGiven = try stop.handOver(give)
                } else {
                    isGiven = try give(nil)
                }
                guard isGiven else { return }
                record.removeHandedOver(domain)
                parts.guests[name]?.ports.release()
                parts.guests[name] = nil
            }
            return isGiven
        }
        guard isGiven else { return isHeld ? nil : "was released in this moment" }
        record.log.notice("domain '\(name)' was taken over by a session of '\(taker.name)'")
        record.audit.note(.resumed, name, by: taker.name)
        return nil
    }

    /// Returns whether the other session has the domain now. If not, this one has all locks again,
    /// or gets them as soon as the other one has ended (`completeLocks`).
    private func give(
        _ domain: HeldDomain, _ journal: JournalRecord?, _ socket: LocalSocket, _ parts: Parts
    ) throws(SystemError) -> Bool {
        let ports = parts.guests[domain.name]?.ports
        var isGiven = false
        defer { if !isGiven { _ = record.completeLocks(parts.guests) } }
        try domain.lock.lock.keepFirstByte()
        try ports?.keepFirstBytes()
        var files = [domain.lock.lock.descriptorNumber]
        // The record is not removed meanwhile: its rollback is locked.
        if let number = journal?.descriptorNumber { files.append(number) }
        files += ports?.descriptorNumbers ?? []
        let message = LeasedDomain(
            name: domain.name, since: domain.since, note: domain.note, needs: domain.needs,
            record: journal?.path, ports: ports?.numbers ?? [])
        try socket.send(.domain(message), passing: files)
        switch try socket.receiveMessage()?.message {
        case .prepared?: break
        case .refused?: return false
        default: throw .unexpected
        }
        // Before the lock is given up: this fails if the other session waits no longer.
        try socket.send(.given)
        isGiven = true
        domain.lock.lock.unlock()
        ports?.unlock()
        return true
    }

    /// They go with the last domain.
    private func handOverVolumes(
        _ socket: LocalSocket, _ parts: Parts
    ) throws(SystemError) {
        try parts.temporaryVolumes.handOver { (journal) throws(SystemError) in
            guard let number = journal.descriptorNumber else { return false }
            try socket.send(.volume(path: journal.path), passing: [number])
            return true
        }
    }
}
