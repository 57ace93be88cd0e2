extension HostCheck {
    static let disk = HostCheck("disk") { view in
        let domains = try view.domains()
        return diskFindings(domains, pool: view.poolName)
    }

    static let forward = HostCheck("forward") { view in
        forwardFindings(try view.domains())
    }
}

func diskFindings(_ domains: [DomainFacts], pool: String?) -> [Finding] {
    guard !domains.isEmpty else { return [noDomains] }
    let hint =
        "use <disk type='volume' device='disk'> with <source pool='\(pool ?? "default")' "
        + "volume='...'/>: copy-volume needs it to find the disk"
    let problems = domains.compactMap { domain -> Finding? in
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

func forwardFindings(_ domains: [DomainFacts]) -> [Finding] {
    guard !domains.isEmpty else { return [noDomains] }
    return findings(
        domains.compactMap(forwardProblem),
        ok: "\(counted(domains.count, "domain")) with a forward to port 22")
}

private let noDomains = Finding.warning(
    "there is no persistent domain",
    "define domains, e.g. from \(example("libvirt/domain-bios.xml"))")

private func forwardProblem(_ domain: DomainFacts) -> Finding? {
    let name = "domain '\(domain.name)'"
    let hint =
        "add <backend type='passt'/> and <portForward proto='tcp'><range start='PORT' to='22'/>"
        + "</portForward> to its <interface type='user'>"
    let reaching = domain.forwards.filter { $0.proto == "tcp" && $0.leading(to: 22) != nil }
    if reaching.isEmpty {
        let others = domain.interfaces.filter { !$0.hasPrefix("user") && $0 != "vhostuser/passt" }
        if domain.interfaces.isEmpty { return .error("\(name) has no network interface", hint) }
        guard others.isEmpty else {
            return .warning(
                "\(name) has no forward to its port 22, only an address in one of the host's "
                    + "networks", hint)
        }
        return .error("\(name) has no forward to its port 22", hint)
    }
    guard reaching.contains(where: { $0.backend == .passt }) else {
        return .warning(
            "\(name) has its forward to port 22 in <qemu:commandline>, which atex clients do not "
                + "read", hint)
    }
    guard let first = domain.first, first.proto != "tcp" || first.guestPort != "22" else {
        return nil
    }
    return .error(
        "the first forward of \(name) leads to \(first.proto) port \(first.guestPort), but atex "
            + "clients use the first one", "put the <range> with to='22' first")
}
