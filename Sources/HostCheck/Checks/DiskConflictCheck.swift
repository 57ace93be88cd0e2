extension Check {
    static let diskConflict = Check("disk-conflict") { view in
        // Fails if the named domain does not exist; it is compared with all others.
        _ = try view.domains()
        let domains = try view.allDomains.get()
        let pools = Set(domains.flatMap { $0.disks.compactMap(\.pool) })
        var directories: [String: String] = [:]
        for pool in pools {
            directories[pool] = try PoolFacts(pool, view.connection()).path
        }
        return diskConflictFindings(domains, directories, about: view.domainName)
    }
}

/// Domains that write to the same volume. `directories` are the paths of the pools: a volume may
/// also be named by its path.
func diskConflictFindings(
    _ domains: [DomainFacts], _ directories: [String: String], about name: String?
) -> [Finding] {
    var users: [String: [String]] = [:]
    for domain in domains {
        var seen: Set<String> = []
        for disk in domain.disks where !disk.isShared && !disk.source.isEmpty {
            let directory = disk.pool.map { directories[$0] ?? "" }
            // A pool without a directory, such as rbd, is a place of its own.
            let place =
                directory.map { $0.isEmpty ? "pool '\(disk.pool ?? "")'" : $0 }
                .map { "\($0)/\(disk.source)" } ?? disk.source
            if seen.insert(place).inserted { users[place, default: []].append(domain.name) }
        }
    }
    let problems = users.sorted { $0.key < $1.key }.compactMap { place, names -> Finding? in
        guard names.count > 1, let last = names.last, name.map(names.contains) ?? true else {
            return nil
        }
        return .error(
            "domains \(listed(names)) use the same volume, '\(place)': they overwrite each "
                + "other's data",
            editing(last, "give each domain a volume of its own in <disk>"))
    }
    return findings(problems, ok: "no two domains use the same volume")
}
