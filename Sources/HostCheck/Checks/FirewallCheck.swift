import GuestAccess

extension Check {
    static let firewall = Check("firewall") { view in
        let forwards = try view.domains().flatMap(\.forwards).filter { !$0.isLoopbackOnly }
        try view.requireLocal()
        // The kernel lists the tables of iptables-legacy here; nft does not show their rules.
        let legacyTables = try textIfPresent("/proc/net/ip_tables_names") ?? ""
        let printed = try output(of: ["nft", "-j", "list", "ruleset"], until: view.deadline)
        // The JSON is one line; warnings of nft are lines of their own.
        let line = printed.split(separator: "\n").first { $0.hasPrefix("{") } ?? "{}"
        let rules = try FirewallRules(json: Array(line.utf8))
        return firewallFindings(
            rules, forwards, hasLegacyFilter: legacyTables.contains("filter"))
    }
}

/// The number of ports that are checked of a long range.
private let longestRange = 64

func firewallFindings(
    _ rules: FirewallRules, _ forwards: [Forward], hasLegacyFilter: Bool
) -> [Finding] {
    var blocked: [String] = []
    var conditional: [String] = []
    var count = 0
    for forward in forwards {
        for port in forward.hostPorts.prefix(longestRange) {
            count += 1
            switch rules.decision(
                for: FirewallRules.Packet(proto: forward.proto.rawValue, port: port))
            {
            case .accepted: break
            case .dropped: blocked.append("\(forward.proto.rawValue) \(port)")
            case .conditional: conditional.append("\(forward.proto.rawValue) \(port)")
            }
        }
    }
    var problems: [Finding] = []
    let hint =
        "open the ports in the configuration of nftables or firewalld, e.g. with firewall-cmd "
        + "--permanent --add-port=PORT/tcp"
    if !blocked.isEmpty {
        problems.append(.error("nftables blocks connections to \(listed(blocked))", hint))
    }
    if !conditional.isEmpty {
        problems.append(
            .warning(
                "nftables blocks connections under some conditions, e.g. by source address, to "
                    + listed(conditional), hint))
    }
    if hasLegacyFilter {
        problems.append(
            .unknown(
                "iptables-legacy has filter rules as well",
                "list them with iptables-legacy -S INPUT, or use only nftables"))
    }
    return findings(
        problems, ok: "nftables accepts connections to the domains' \(counted(count, "port"))")
}
