import Libvirt
import XML

extension Command {
    /// virsh 9.0.0: `cmdList` in virsh-domain-monitor.c.
    static let list = Command(
        "list", .reads, help: "the domains of the host"
    ) { options in
        typealias Filter = Connection.DomainFilter
        let inactive = options.flag("inactive", "those that do not run")
        let all = options.flag("all", "those that run and those that do not")
        let filters: [(Key<Bool>, Filter)] = [
            (options.flag("transient", "only those not stored"), .transient),
            (options.flag("persistent", "only those stored"), .persistent),
            (options.flag("with-snapshot", "only those with snapshots"), .withSnapshot),
            (options.flag("without-snapshot", "only those without"), .withoutSnapshot),
            (options.flag("with-checkpoint", "only those with checkpoints"), .withCheckpoint),
            (options.flag("without-checkpoint", "only those without"), .withoutCheckpoint),
            (options.flag("state-running", "only in this state"), .running),
            (options.flag("state-paused", "only in this state"), .paused),
        ]
        let shutOff = options.flag("state-shutoff", "only in this state")
        let moreFilters: [(Key<Bool>, Filter)] = [
            (shutOff, .shutOff),
            (options.flag("state-other", "only in other states"), .otherState),
            (options.flag("autostart", "only those that start with the host"), .autostart),
            (options.flag("no-autostart", "only those that do not"), .noAutostart),
            (options.flag("with-managed-save", "only those saved"), .withManagedSave),
            (options.flag("without-managed-save", "only those not saved"), .withoutManagedSave),
        ]
        let uuid = options.flag("uuid", "print UUIDs")
        let name = options.flag("name", "print names")
        let id = options.flag("id", "print ids")
        let table = options.flag("table", "print a table, which is usual")
        let managedSave = options.flag("managed-save", "call saved ones so")
        let title = options.flag("title", "also titles")

        return { shell, given in
            var filter: Filter = .active
            if try given[inactive] || given[shutOff] { filter = .inactive }
            if try given[all] { filter = [.active, .inactive] }
            for (key, flag) in filters + moreFilters where try given[key] { filter.insert(flag) }
            try given.exclusive(table, name)
            try given.exclusive(table, uuid)
            try given.exclusive(table, id)

            let domains = try shell.sortedDomains(filter)
            guard given.has(uuid) || given.has(name) || given.has(id) else {
                let (isSaved, isTitled) = (try given[managedSave], try given[title])
                return try shell.printTable(
                    of: domains, saved: isSaved, title: isTitled)
            }
            for domain in domains {
                var words: [String] = []
                if try given[uuid] {
                    words.append(
                        try shell.explaining("Failed to get domain's UUID") {
                            () throws(LibvirtError) in try domain.uuid()
                        })
                }
                if try given[id] {
                    // Where ids are all that is asked for, only those that run have one.
                    if domain.id == nil, !given.has(uuid), !given.has(name) { continue }
                    words.append(idText(domain))
                }
                if try given[name] { words.append(try domain.name()) }
                shell.print(words.joined(separator: " ") + "\n")
            }
        }
    }
}

private func idText(_ domain: Domain) -> String {
    domain.id.map { "\(Int32(bitPattern: $0))" } ?? "-"
}

extension Shell {
    fileprivate func printTable(of domains: [Domain], saved: Bool, title: Bool) throws {
        var table = title ? Table("Id", "Name", "State", "Title") : Table("Id", "Name", "State")
        let known = try commonStates(of: domains)
        for domain in domains {
            // It may be gone by now.
            guard
                let state = try known[domain.name()]
                    ?? tolerating({ () throws(LibvirtError) in try self.status(of: domain).state })
            else { continue }
            var name = state.name
            if saved, state == .shutOff,
                tolerating({ () throws(LibvirtError) in try domain.hasManagedSave() }) == true
            {
                name = "saved"
            }
            var row = [idText(domain), try domain.name(), name]
            if title { row.append(try note(.title, of: domain)) }
            table.append(row)
        }
        print(table)
    }

    /// The states of domains by name, as far as lists by state tell them: some calls for all of
    /// them instead of one for each.
    private func commonStates(of domains: [Domain]) throws -> [String: Domain.State] {
        let lists: [(Connection.DomainFilter, Domain.State)] = [
            (.shutOff, .shutOff), (.running, .running), (.paused, .paused),
        ]
        var states: [String: Domain.State] = [:]
        for (filter, state) in lists where domains.count - states.count > lists.count {
            let connection = try connection
            // A host that knows no such filter is asked for each domain.
            guard
                let found = attempt({ () throws(LibvirtError) in try connection.domains(filter) })
            else { break }
            for domain in found { states[try domain.name()] = state }
        }
        return states
    }

    /// The domains that a filter lets through: those that run by id, then the others by name.
    /// virsh 9.0.0: `virshDomainListCollect`.
    func sortedDomains(_ filter: Connection.DomainFilter) throws -> [Domain] {
        let connection = try connection
        let domains: [Domain]
        do throws(LibvirtError) {
            domains = try connection.domains(filter)
        } catch {
            // An old host may know fewer filters.
            guard error.code == .invalidArgument else {
                throw CommandFailure("Failed to list domains")
            }
            LibvirtError.forgetReported()
            let all = try explaining("Failed to list domains") { () throws(LibvirtError) in
                try connection.domains(filter.intersection([.active, .inactive]))
            }
            domains = try all.filter { try matches($0, filter) }
        }
        return try domains.map { domain in
            (key: (domain.id ?? UInt32.max, FoldedName(try domain.name())), domain: domain)
        }.sorted { $0.key < $1.key }.map(\.domain)
    }

    /// Whether a domain passes the filters that the host does not know.
    private func matches(_ domain: Domain, _ filter: Connection.DomainFilter) throws -> Bool {
        typealias Filter = Connection.DomainFilter
        func passes(
            _ yes: Filter, _ no: Filter, _ failure: String,
            _ ask: () throws(LibvirtError) -> Bool
        ) throws(CommandFailure) -> Bool {
            guard !filter.isDisjoint(with: [yes, no]) else { return true }
            return filter.contains(try explaining(failure, ask) ? yes : no)
        }
        return try passes(
            .persistent, .transient, "Failed to get domain persistence info",
            { () throws(LibvirtError) in try domain.isPersistent() })
            && passesState(of: domain, filter)
            && passes(
                .autostart, .noAutostart, "Failed to get domain autostart state",
                { () throws(LibvirtError) in try domain.autostarts() })
            && passes(
                .withManagedSave, .withoutManagedSave,
                "Failed to check for managed save image",
                { () throws(LibvirtError) in try domain.hasManagedSave() })
            && passes(
                .withSnapshot, .withoutSnapshot, "Failed to get snapshot count",
                { () throws(LibvirtError) in try domain.snapshotCount() > 0 })
            && passes(
                .withCheckpoint, .withoutCheckpoint, "Failed to get checkpoint count",
                { () throws(LibvirtError) in try !domain.checkpoints([]).isEmpty })
    }

    private func passesState(
        of domain: Domain, _ filter: Connection.DomainFilter
    ) throws(CommandFailure) -> Bool {
        guard !filter.isDisjoint(with: [.running, .paused, .shutOff, .otherState]) else {
            return true
        }
        let status = try explaining("Failed to get domain state") {
            () throws(LibvirtError) in try domain.status()
        }
        switch status.state {
        case .running: return filter.contains(.running)
        case .paused: return filter.contains(.paused)
        case .shutOff: return filter.contains(.shutOff)
        default: return filter.contains(.otherState)
        }
    }
}
