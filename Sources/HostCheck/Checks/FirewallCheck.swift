import GuestAccess

extension Check {
    static let firewall = Check("firewall") { view in
        let forwards = try view.domains().flatMap(\.forwards).filter { !$0.isLoopbackOnly }
        try view.requireLocal()
        let printed = try output(of: ["nft", "-j", "list", "ruleset"], until: view.deadline)
        // The JSON is one line; warnings of nft are lines of their own.
        let line = printed.split(separator: "\n").first { $0.hasPrefix("{") } ?? "{}"
        let rules = try FirewallRules(json: Array(line.utf8))
        return firewallFindings(
            rules, forwards, hasLegacyRules: try hasLegacyRules(view),
            hasFirewalld: program("firewall-cmd") != nil)
    }
}

/// Whether iptables-legacy has rules for incoming packets, which nft does not show.
private func hasLegacyRules(_ view: HostView) throws -> Bool {
    // The kernel lists the tables here, also those that were emptied.
    guard try (textIfPresent("/proc/net/ip_tables_names") ?? "").contains("filter") else {
        return false
    }
    // Without the program, the rules may be of another system, e.g. of a container.
    guard program("iptables-legacy") != nil else { return true }
    return isFiltering(
        try output(of: ["iptables-legacy", "-S", "INPUT"], until: view.deadline))
}

/// Whether the output of `iptables -S INPUT` has more than the policy to accept.
func isFiltering(_ rules: String) -> Bool {
    rules.split(separator: "\n").contains { $0 != "-P INPUT ACCEPT" }
}

/// The number of ports that are checked of a long range.
private let longestRange = 64

func firewallFindings(
    _ rules: FirewallRules, _ forwards: [Forward], hasLegacyRules: Bool, hasFirewalld: Bool
) -> [Finding] {
    var blocked: [FirewallRules.Packet] = []
    var conditional: [FirewallRules.Packet] = []
    var count = 0
    for forward in forwards {
        for port in forward.hostPorts.prefix(longestRange) {
            count += 1
            let packet = FirewallRules.Packet(proto: forward.proto.rawValue, port: port)
            switch rules.decision(for: packet) {
            case .accepted: break
            case .dropped: blocked.append(packet)
            case .conditional: conditional.append(packet)
            }
        }
    }
    func names(_ packets: [FirewallRules.Packet]) -> String {
        listed(packets.map { "\($0.proto) \($0.port)" })
    }
    var problems: [Finding] = []
    if !blocked.isEmpty {
        problems.append(
            .error(
                "nftables blocks connections to \(names(blocked))",
                openingHint(rules, blocked, hasFirewalld)))
    }
    if !conditional.isEmpty {
        problems.append(
            .warning(
                "nftables blocks connections under some conditions, e.g. by source address, to "
                    + names(conditional),
                "to accept all clients: " + openingHint(rules, conditional, hasFirewalld)))
    }
    if hasLegacyRules {
        problems.append(
            .unknown(
                "iptables-legacy has filter rules as well",
                "list them with iptables-legacy -S INPUT, or use only nftables"))
    }
    return findings(
        problems, ok: "nftables accepts connections to the domains' \(counted(count, "port"))")
}

/// The commands that open the ports in the chains that block them.
private func openingHint(
    _ rules: FirewallRules, _ packets: [FirewallRules.Packet], _ hasFirewalld: Bool
) -> String {
    // By chain and protocol: the ports.
    var ports: [[String]: [Int]] = [:]
    for packet in packets {
        for chain in rules.blockingChains(for: packet) {
            let isFirewalld = hasFirewalld && chain.table == "firewalld"
            ports[[isFirewalld ? "" : chain.text, packet.proto], default: []].append(packet.port)
        }
    }
    var commands: [String] = []
    for (key, ports) in ports.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
        let ports = Set(ports).sorted().map(String.init)
        if key[0].isEmpty {
            let options = ports.map { "--add-port=\($0)/\(key[1])" }.joined(separator: " ")
            commands.append("firewall-cmd --permanent \(options) && firewall-cmd --reload")
        } else {
            let set =
                ports.count == 1 ? ports[0] : "'{ \(ports.joined(separator: ", ")) }'"
            commands.append("nft insert rule \(key[0]) \(key[1]) dport \(set) accept")
        }
    }
    let isLasting = ports.keys.allSatisfy(\.[0].isEmpty)
    return commands.joined(separator: "; ")
        + (isLasting ? "" : "; and the same in the file that loads the rules at boot")
}
