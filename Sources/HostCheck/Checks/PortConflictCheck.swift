import GuestAccess

extension Check {
    static let portConflict = Check("port-conflict") { view in
        // Fails if the named domain does not exist; it is compared with all others.
        _ = try view.domains()
        return conflictFindings(try view.allDomains.get(), about: view.domainName)
    }
}

/// More problems than this are not listed.
private let maximumConflicts = 20

/// Pairs of domains that forward the same host port, so that only one of them can run.
func conflictFindings(_ domains: [DomainFacts], about name: String?) -> [Finding] {
    var problems: [Finding] = []
    for (index, domain) in domains.enumerated() {
        for other in domains[(index + 1)...]
        where name == nil || name == domain.name || name == other.name {
            guard let (forward, port) = sharedPort(domain.forwards, other.forwards) else {
                continue
            }
            problems.append(
                .error(
                    "domains '\(domain.name)' and '\(other.name)' both forward "
                        + "\(forward.text(port)): only one of them can run",
                    editing(other.name, "give each domain its own port")))
            if problems.count == maximumConflicts { return problems }
        }
    }
    return findings(problems, ok: "no two domains forward the same port")
}

private func sharedPort(_ some: [Forward], _ others: [Forward]) -> (Forward, Int)? {
    for forward in some {
        for other in others
        where forward.conflicts(with: other.proto, other.address)
            && forward.hostPorts.overlaps(other.hostPorts)
        {
            return (forward, max(forward.hostPorts.lowerBound, other.hostPorts.lowerBound))
        }
    }
    return nil
}
