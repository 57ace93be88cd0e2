import Libvirt
import Policy
import Text
import XML

extension Command {
    /// virsh 9.0.0: `cmdList` in virsh-domain-monitor.c.
    static let list = Command(
        "list", .read, on: [.domain, .allGranted], help: "the host's domains"
    ) { options in
        typealias Filter = Connection.DomainFilter
        let inactive = options.flag("inactive", "inactive domains")
        let all = options.flag("all", "active and inactive domains")
        let filters: [(Key<Bool>, Filter)] = [
            (options.flag("transient", "only transient domains"), .transient),
            (options.flag("persistent", "only persistent domains"), .persistent),
            (options.flag("with-snapshot", "only domains with snapshots"), .withSnapshot),
            (
                options.flag("without-snapshot", "only domains without snapshots"),
                .withoutSnapshot
            ),
            (options.flag("with-checkpoint", "only domains with checkpoints"), .withCheckpoint),
            (
                options.flag("without-checkpoint", "only domains without checkpoints"),
                .withoutCheckpoint
            ),
            (options.flag("state-running", "only running domains"), .running),
            (options.flag("state-paused", "only paused domains"), .paused),
        ]
        let shutOff = options.flag("state-shutoff", "only shut off domains")
        let moreFilters: [(Key<Bool>, Filter)] = [
            (shutOff, .shutOff),
            (options.flag("state-other", "only domains in other states"), .otherState),
            (options.flag("autostart", "only domains with autostart"), .autostart),
            (options.flag("no-autostart", "only domains without autostart"), .noAutostart),
            (
                options.flag("with-managed-save", "only domains with a managed save image"),
                .withManagedSave
            ),
            (
                options.flag("without-managed-save", "only domains without one"),
                .withoutManagedSave
            ),
        ]
        let uuid = options.flag("uuid", "print UUIDs")
        let name = options.flag("name", "print names")
        let id = options.flag("id", "print ids")
        let table = options.flag("table", "print a table (default)")
        let managedSave = options.flag(
            "managed-save", "show the state of domains with a managed save image as 'saved'")
        let title = options.flag("title", "also print titles")

        return { shell, given in
            // --state-shutoff implies --inactive: no active domain is in that state.
            var filter: Filter = .active
            if try given[inactive] || given[shutOff] { filter = .inactive }
            if try given[all] { filter = [.active, .inactive] }
            for (key, flag) in filters + moreFilters where try given[key] { filter.insert(flag) }
            try given.exclusive(table, name)
            // Since 10.8, a table may have UUIDs.
            let tableHasUUIDs = try given[table] && given[uuid] && shell.version >= .init(10, 8)
            if shell.version < .init(10, 8) { try given.exclusive(table, uuid) }
            try given.exclusive(table, id)

            let domains = try shell.sortedDomains(filter)
            guard given.has(uuid) || given.has(name) || given.has(id), !tableHasUUIDs else {
                let (isSaved, isTitled) = (try given[managedSave], try given[title])
                return try shell.printTable(
                    of: domains, saved: isSaved, title: isTitled, uuid: tableHasUUIDs)
            }
            for listed in domains {
                var words: [String] = []
                if try given[uuid] {
                    words.append(
                        try shell.explaining("Failed to get domain's UUID") {
                            () throws(LibvirtError) in try listed.domain.uuid()
                        })
                }
                if try given[id] {
                    // With --id alone, virsh skips inactive domains, which do not have an id.
                    if listed.id == nil, !given.has(uuid), !given.has(name) { continue }
                    words.append(listed.idText)
                }
                if try given[name] { words.append(listed.name) }
                shell.print(words.joined(separator: " ") + "\n")
            }
        }
    }
}

/// A domain with its sort keys, each of which is read only once: libvirt formats a log message in
/// each call, even if it writes no log.
private struct ListedDomain {
    let domain: Domain
    let name: String
    let id: UInt32?

    init(_ domain: Domain) throws(LibvirtError) {
        self.domain = domain
        name = try domain.name()
        id = domain.id
    }

    /// virsh prints ids as signed numbers, and "-" for an inactive domain.
    var idText: String { id.map { "\(Int32(bitPattern: $0))" } ?? "-" }
}

extension Shell {
    fileprivate func printTable(
        of domains: [ListedDomain], saved: Bool, title: Bool, uuid: Bool
    ) throws {
        let headings = ["Id", "Name", "State"] + (title ? ["Title"] : []) + (uuid ? ["UUID"] : [])
        var table = Table(headings)
        let known = try commonStates(of: domains)
        for listed in domains {
            let domain = listed.domain
            // The domain may have been removed since it was listed: skip it then.
            guard
                let state = known[listed.name]
                    ?? tolerating({ () throws(LibvirtError) in try self.status(of: domain).state })
            else { continue }
            var name = state.name
            if saved, state == .shutOff,
                tolerating({ () throws(LibvirtError) in try domain.hasManagedSave() }) == true
            {
                name = "saved"
            }
            var row = [listed.idText, listed.name, name]
            if title { row.append(try note(.title, of: domain)) }
            if uuid {
                row.append(
                    try explaining("Failed to get domain's UUID") {
                        () throws(LibvirtError) in try domain.uuid()
                    })
            }
            table.append(row)
        }
        print(table)
    }

    /// The states of domains in a common state, by name. One filtered list per state replaces a
    /// call per domain, which makes long lists much faster over a network. Empty without a
    /// daemon: this process answers itself, at the cost of a part of a list.
    private func commonStates(of domains: [ListedDomain]) throws -> [String: Domain.State] {
        let lists: [(filter: Connection.DomainFilter, state: Domain.State)] = [
            (.shutOff, .shutOff), (.running, .running), (.paused, .paused),
        ]
        var states: [String: Domain.State] = [:]
        guard try connection.hasDaemon else { return states }
        // Stop when so few domains are left that asking for each is as cheap.
        for (filter, state) in lists where domains.count - states.count > lists.count {
            let connection = try connection
            // A host that does not know the filter is asked for each domain.
            guard
                let found = attempt({ () throws(LibvirtError) in try connection.domains(filter) })
            else { break }
            for domain in found { states[try domain.name()] = state }
        }
        return states
    }

    /// The domains that match a filter: active ones sorted by id, then the others by name.
    /// virsh 9.0.0: `virshDomainListCollect`.
    fileprivate func sortedDomains(_ filter: Connection.DomainFilter) throws -> [ListedDomain] {
        let connection = try connection
        let domains: [Domain]
        do throws(LibvirtError) {
            domains = try connection.domains(filter)
        } catch {
            // An old host does not know every filter: apply the others here.
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
            let listed = try ListedDomain(domain)
            return (key: (listed.id ?? UInt32.max, FoldedName(listed.name)), listed: listed)
        }.sorted { $0.key < $1.key }.map(\.listed)
    }

    /// Whether a domain matches all filters. A pair of opposite filters (`autostart` and
    /// `noAutostart`) only matters if at least one of the two is set.
    private func matches(_ domain: Domain, _ filter: Connection.DomainFilter) throws -> Bool {
        typealias Filter = Connection.DomainFilter
        func passes(
            _ yes: Filter, _ no: Filter, _ failure: String,
            _ query: () throws(LibvirtError) -> Bool
        ) throws(CommandFailure) -> Bool {
            guard !filter.isDisjoint(with: [yes, no]) else { return true }
            return filter.contains(try explaining(failure, query) ? yes : no)
        }
        // In virsh's order: the first call that fails is the error that is reported.
        return try passes(
            .persistent, .transient, "Failed to get domain persistence info",
            { () throws(LibvirtError) in try domain.isPersistent() })
            && matchesState(of: domain, filter)
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

    private func matchesState(
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
