import GuestAccess

extension Check {
    static let portTaken = Check("port-taken") { view in
        let domains = try view.domains()
        try view.requireLocal()
        return takenFindings(domains, try view.listeners.get())
    }
}

func takenFindings(_ domains: [DomainFacts], _ listeners: [Listener]) -> [Finding] {
    var problems: [Finding] = []
    for domain in domains {
        for forward in domain.forwards {
            let relevant = listeners.filter { listener in
                forward.conflicts(with: listener.proto, listener.address)
                    && forward.hostPorts.contains(Int(listener.port))
            }
            problems += takenProblems(domain, forward, relevant)
        }
    }
    return findings(problems, ok: "no other process listens on the domains' ports")
}

private func takenProblems(
    _ domain: DomainFacts, _ forward: Forward, _ listeners: [Listener]
) -> [Finding] {
    // A process may listen on the same port of several addresses.
    var seen: Set<UInt16> = []
    var problems: [Finding] = []
    for listener in listeners where seen.insert(listener.port).inserted {
        if domain.isActive {
            // An invisible process of another user is taken for the domain's.
            guard let process = listener.process else { continue }
            // The kernel cuts process names to 15 bytes: `qemu-system-x86`.
            if process.hasPrefix("passt") || process.hasPrefix("qemu") { continue }
        }
        let owner = listener.process.map { "process '\($0)'" } ?? "another user's process"
        problems.append(
            .error(
                "\(listener.proto.rawValue) port \(listener.port) of domain '\(domain.name)' is taken by "
                    + owner, "stop that process, or give the domain another port"))
    }
    if domain.isActive, listeners.isEmpty {
        let port = forward.hostPorts.lowerBound
        problems.append(
            .error(
                "domain '\(domain.name)' is running, but nothing listens on its "
                    + forward.text(port),
                "restart the domain: its passt has exited, or its definition has changed since"))
    }
    return problems
}
