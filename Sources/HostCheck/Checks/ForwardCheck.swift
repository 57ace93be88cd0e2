import GuestAccess

extension Check {
    static let forward = Check("forward") { view in
        forwardFindings(try view.domains())
    }
}

func forwardFindings(_ domains: [DomainFacts]) -> [Finding] {
    guard !domains.isEmpty else { return [.noDomains] }
    return findings(
        domains.compactMap(forwardProblem),
        ok: "\(counted(domains.count, "domain")) with a forward to port 22")
}

private func forwardProblem(_ domain: DomainFacts) -> Finding? {
    let name = "domain '\(domain.name)'"
    let hint = editing(
        domain.name,
        "add <backend type='passt'/> and <portForward proto='tcp'><range start='PORT' to='22'/>"
            + "</portForward> to its <interface type='user'>")
    let ssh = domain.forwards.filter { $0.proto == .tcp && $0.leading(to: 22) != nil }
    if ssh.isEmpty {
        if domain.interfaces.isEmpty { return .error("\(name) has no network interface", hint) }
        // An interface in a network gives the guest an address that this host can reach.
        let isInNetwork = domain.interfaces.contains {
            !$0.hasPrefix("user") && $0 != "vhostuser/passt"
        }
        guard !isInNetwork else {
            return .warning(
                "\(name) has no forward to its port 22, only an address in one of the host's "
                    + "networks", hint)
        }
        return .error("\(name) has no forward to its port 22", hint)
    }
    guard ssh.contains(where: { $0.backend == .passt }) else {
        return .warning(
            "\(name) has its forward to port 22 in <qemu:commandline>, which atex clients do not "
                + "read", hint)
    }
    guard let first = domain.first, first.proto != "tcp" || first.guestPort != "22" else {
        return nil
    }
    return .error(
        "the first forward of \(name) leads to \(first.proto) port \(first.guestPort), but atex "
            + "clients use the first one",
        editing(domain.name, "put the <range> with to='22' first"))
}
