import Host
import XML

extension HostCheck {
    static let addresses = HostCheck("addresses") { view in
        let domains = try view.domains()
        try view.requireLocal()
        return addressFindings(domains, ofHost: try hostAddresses())
    }

    static let portConflict = HostCheck("port-conflict") { view in
        _ = try view.domains()
        return conflictFindings(try view.allDomains.get(), about: view.domainName)
    }

    static let portTaken = HostCheck("port-taken") { view in
        let domains = try view.domains()
        try view.requireLocal()
        return takenFindings(domains, try view.listeners.get())
    }
}

/// The addresses that this host's interfaces have.
private func hostAddresses() throws -> Set<String> {
    var addresses: Set<String> = []
    // Each address is a line `|-- ADDRESS`, and the next says `/32 host LOCAL`.
    var last = ""
    for line in try text(of: "/proc/net/fib_trie").split(separator: "\n") {
        let words = line.split(separator: " ")
        if words.count == 2, words[0].hasSuffix("--") { last = String(words[1]) }
        if line.hasSuffix("/32 host LOCAL") { addresses.insert(last) }
    }
    for line in try (textIfThere("/proc/net/if_inet6") ?? "").split(separator: "\n") {
        addresses.insert(ipv6Text(line.prefix(32)))
    }
    return addresses
}

/// An address of 32 hexadecimal digits, as people write it.
func ipv6Text(_ digits: Substring) -> String {
    var groups: [UInt16] = []
    var rest = digits
    while rest.count >= 4 {
        groups.append(UInt16(rest.prefix(4), radix: 16) ?? 0)
        rest = rest.dropFirst(4)
    }
    // The first of the longest rows of zeros is left out.
    var longest = 0..<0
    var start = 0
    for index in 0...groups.count where index == groups.count || groups[index] != 0 {
        if index - start > max(longest.count, 1) { longest = start..<index }
        start = index + 1
    }
    func text(_ part: ArraySlice<UInt16>) -> String {
        part.map { String($0, radix: 16) }.joined(separator: ":")
    }
    if longest.isEmpty { return text(groups[...]) }
    return text(groups[..<longest.lowerBound]) + "::" + text(groups[longest.upperBound...])
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
                        "remove the address from <portForward>, unless clients connect through "
                            + "ssh on this host"))
            } else if !addresses.contains(address) {
                problems.append(
                    .error(
                        "the forward of domain '\(domain.name)' uses \(address), which is not an "
                            + "address of this host",
                        "use an address of this host, or remove the address from <portForward>"))
            }
        }
    }
    return findings(problems, ok: "\(counted(count, "forward")) can be reached from other hosts")
}

/// Two domains that forward one port: only one of them can run.
func conflictFindings(_ domains: [DomainFacts], about name: String?) -> [Finding] {
    var problems: [Finding] = []
    for (index, one) in domains.enumerated() {
        for other in domains[(index + 1)...]
        where name == nil || name == one.name || name == other.name {
            guard let (forward, port) = sharedPort(one.forwards, other.forwards) else { continue }
            problems.append(
                .error(
                    "domains '\(one.name)' and '\(other.name)' both forward \(forward.text(port)): "
                        + "only one of them can run", "give each domain its own port"))
            if problems.count == 20 { return problems }
        }
    }
    return findings(problems, ok: "no two domains forward the same port")
}

private func sharedPort(_ some: [Forward], _ others: [Forward]) -> (Forward, Int)? {
    for forward in some {
        for other in others
        where forward.collides(other.proto, other.address)
            && forward.hostPorts.overlaps(other.hostPorts)
        {
            return (forward, max(forward.hostPorts.lowerBound, other.hostPorts.lowerBound))
        }
    }
    return nil
}

extension Forward {
    /// Whether only this host itself can reach it.
    var isLoopbackOnly: Bool {
        guard let address else { return device == "lo" }
        return address == "::1" || address.hasPrefix("127.")
    }

    /// Whether who listens there would be in its way.
    fileprivate func collides(_ proto: String, _ address: String?) -> Bool {
        func isAny(_ address: String?) -> Bool { [nil, "0.0.0.0", "::"].contains(address) }
        return proto == self.proto
            && (isAny(address) || isAny(self.address) || address == self.address)
    }

    /// E.g. `203.0.113.2 tcp port 2201`, for a person.
    fileprivate func text(_ port: Int) -> String {
        (address.map { "\($0) " } ?? "") + "\(proto) port \(port)"
    }
}

/// Who waits for connections at a port of the host.
struct Listener: Hashable, Sendable {
    let proto: String
    let port: UInt16
    let address: String
    /// The name of a process that has the socket; `nil` where that cannot be seen.
    let process: String?

    private struct Socket {
        let proto: String
        let port: UInt16
        let address: String
        let inode: Substring
    }

    static func all() throws -> [Listener] {
        var sockets: [Socket] = []
        for table in ["tcp", "tcp6", "udp", "udp6"] {
            let lines = try textIfThere("/proc/net/\(table)") ?? ""
            sockets += lines.split(separator: "\n").dropFirst().compactMap { line in
                Self.socket(line, proto: String(table.prefix(3)))
            }
        }
        let owners = owners(of: Set(sockets.map(\.inode)))
        return sockets.map { socket in
            Listener(
                proto: socket.proto, port: socket.port, address: socket.address,
                process: owners[socket.inode])
        }
    }

    /// One line of `/proc/net/tcp`: `sl: ADDRESS:PORT ADDRESS:PORT STATE ... INODE ...`.
    private static func socket(_ line: Substring, proto: String) -> Socket? {
        let fields = line.split(separator: " ")
        // 0A is TCP's LISTEN; 07 an unconnected socket of UDP.
        guard fields.count > 9, fields[3] == (proto == "tcp" ? "0A" : "07") else { return nil }
        let place = fields[1].split(separator: ":")
        guard place.count == 2, let port = UInt16(place[1], radix: 16) else { return nil }
        return Socket(
            proto: proto, port: port, address: addressText(place[0]), inode: fields[9])
    }

    /// An address as the tables have it: words of four bytes, each in the machine's order.
    static func addressText(_ digits: Substring) -> String {
        var swapped = ""
        var rest = digits
        while rest.count >= 8 {
            let word = Array(rest.prefix(8))
            for place in [6, 4, 2, 0] { swapped += String(word[place...place + 1]) }
            rest = rest.dropFirst(8)
        }
        guard swapped.count == 8 else { return ipv6Text(swapped[...]) }
        let word = UInt32(swapped, radix: 16) ?? 0
        return [24, 16, 8, 0].map { String(word >> UInt32($0) & 0xFF) }.joined(separator: ".")
    }

    /// Names of processes by the sockets that they have; of others' processes only root sees that.
    private static func owners(of inodes: Set<Substring>) -> [Substring: String] {
        var owners: [Substring: String] = [:]
        for process in ProcessTable.ids() {
            let place = "/proc/\(process)/fd"
            // A process may end while we look.
            do {
                for name in try Directory(place).names() {
                    let target = try linkTarget("\(place)/\(name)")
                    guard target.hasPrefix("socket:[") else { continue }
                    let inode = target.dropFirst("socket:[".count).dropLast()
                    if inodes.contains(inode), owners[inode] == nil {
                        owners[inode] = try ProcessInformation.name(of: process)
                    }
                }
            } catch { continue }
        }
        return owners
    }
}

func takenFindings(_ domains: [DomainFacts], _ listeners: [Listener]) -> [Finding] {
    var problems: [Finding] = []
    for domain in domains {
        for forward in domain.forwards {
            let here = listeners.filter { listener in
                forward.collides(listener.proto, listener.address)
                    && forward.hostPorts.contains(Int(listener.port))
            }
            problems += takenProblems(domain, forward, here)
        }
    }
    return findings(problems, ok: "no other process listens on the domains' ports")
}

private func takenProblems(
    _ domain: DomainFacts, _ forward: Forward, _ here: [Listener]
) -> [Finding] {
    var told: Set<UInt16> = []
    var problems: [Finding] = []
    for listener in here where told.insert(listener.port).inserted {
        let place = "\(listener.proto) port \(listener.port) of domain '\(domain.name)'"
        if domain.isActive {
            guard let process = listener.process else { continue }
            // A process's name has 15 bytes: `qemu-system-x86`.
            if process.hasPrefix("passt") || process.hasPrefix("qemu") { continue }
        }
        let who = listener.process.map { "process '\($0)'" } ?? "another user's process"
        problems.append(
            .error(
                "\(place) is taken by \(who)",
                "stop that process, or give the domain another port"))
    }
    if domain.isActive, here.isEmpty {
        let port = forward.hostPorts.lowerBound
        problems.append(
            .error(
                "domain '\(domain.name)' is running, but nothing listens on its "
                    + forward.text(port),
                "restart the domain: its passt has exited, or its definition has changed since"))
    }
    return problems
}
