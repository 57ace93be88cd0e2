extension Check {
    static let disk = Check("disk") { view in
        let domains = try view.domains()
        return diskFindings(domains, pool: view.poolName)
    }
}

func diskFindings(_ domains: [DomainFacts], pool: String?) -> [Finding] {
    guard !domains.isEmpty else { return [.noDomains] }
    let hint =
        "use <disk type='volume' device='disk'> with <source pool='\(pool ?? "default")' "
        + "volume='...'/>: copy-volume needs it to find the disk"
    let problems = domains.compactMap { domain -> Finding? in
        let hint = editing(domain.name, hint)
        let volumes = domain.disks.filter { $0.type == "volume" }
        if domain.disks.isEmpty { return .error("domain '\(domain.name)' has no disk", hint) }
        guard let first = volumes.first else {
            let disk = domain.disks[0]
            return .error(
                "the disk of domain '\(domain.name)' is of type '\(disk.type)', not 'volume': "
                    + disk.source, hint)
        }
        if let pool, !volumes.contains(where: { $0.pool == pool }) {
            return .error(
                "the disk of domain '\(domain.name)' is in pool '\(first.pool ?? "")', not in "
                    + "'\(pool)'", hint)
        }
        return nil
    }
    return findings(
        problems, ok: "\(counted(domains.count, "domain")) with a disk of type 'volume'")
}
