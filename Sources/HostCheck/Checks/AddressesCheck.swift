import GuestAccess

extension Check {
    static let addresses = Check("addresses") { view in
        let domains = try view.domains()
        try view.requireLocal()
        return addressFindings(domains, ofHost: try hostAddresses())
    }
}

func addressFindings(_ domains: [DomainFacts], ofHost addresses: Set<String>) -> [Finding] {
    var problems: [Finding] = []
    var count = 0
    for domain in domains {
        for forward in domain.forwards {
            count += 1
            guard let address = forward.address, !["0.0.0.0", "::"].contains(address) else {
                continue
            }
            if forward.isLoopbackOnly {
                problems.append(
                    .warning(
                        "the forward of domain '\(domain.name)' at \(address) can only be reached "
                            + "from this host",
                        editing(
                            domain.name,
                            "unless clients connect through ssh on this host, remove the address "
                                + "from <portForward>")))
            } else if !addresses.contains(address) {
                problems.append(
                    .error(
                        "the forward of domain '\(domain.name)' uses \(address), which is not an "
                            + "address of this host",
                        editing(
                            domain.name,
                            "use an address of this host, or remove the address from <portForward>")
                    ))
            }
        }
    }
    return findings(problems, ok: "\(counted(count, "forward")) can be reached from other hosts")
}
