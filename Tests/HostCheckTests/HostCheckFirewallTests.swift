import Protocol
import Testing

@testable import HostCheck

@Suite struct HostCheckFirewallTests {
    private func decision(_ items: String, _ port: Int = 2201, proto: String = "tcp") throws
        -> FirewallRules.Decision
    {
        let rules = try FirewallRules(json: Array(#"{"nftables": [\#(items)]}"#.utf8))
        return rules.decision(for: FirewallRules.Packet(proto: proto, port: port))
    }

    private func chain(_ policy: String, name: String = "input", hook: Bool = true) -> String {
        #"{"chain": {"family": "inet", "table": "t", "name": "\#(name)""#
            + (hook
                ? #", "type": "filter", "hook": "input", "prio": 0, "policy": "\#(policy)""# : "")
            + "}}"
    }

    private func rule(_ expressions: String..., chain: String = "input") -> String {
        #", {"rule": {"family": "inet", "table": "t", "chain": "\#(chain)", "expr": [\#(expressions.joined(separator: ", "))]}}"#
    }

    private func match(_ left: String, _ right: String, _ op: String = "==") -> String {
        #"{"match": {"op": "\#(op)", "left": \#(left), "right": \#(right)}}"#
    }

    private let dport = #"{"payload": {"protocol": "tcp", "field": "dport"}}"#
    private let accept = #"{"accept": null}"#
    private let drop = #"{"drop": null}"#
    private let reject = #"{"reject": {"type": "icmpx", "expr": "admin-prohibited"}}"#

    @Test func hints() throws {
        let blocking = chain("drop") + rule(#"{"counter": null}"#)
        func hint(_ items: String, hasFirewalld: Bool = false) throws -> String {
            let rules = try FirewallRules(json: Array(#"{"nftables": [\#(items)]}"#.utf8))
            let range = "<range start='2201' end='2202' to='22'/><range start='2201' to='22'/>"
            let forwards = try facts(
                forward: "<portForward proto='tcp'>\(range)</portForward>"
            ).forwards
            return firewallFindings(
                rules, forwards, hasLegacyRules: false, hasFirewalld: hasFirewalld)[0].hint
        }
        let nft = "nft insert rule inet t input tcp dport '{ 2201, 2202 }' accept"
        #expect(try hint(blocking).hasPrefix(nft))
        #expect(try hint(blocking, hasFirewalld: true).hasPrefix(nft))
        let firewalld = blocking.replacing("\"t\"", "\"firewalld\"")
        #expect(
            try hint(firewalld, hasFirewalld: true)
                == "firewall-cmd --permanent --add-port=2201/tcp --add-port=2202/tcp "
                + "&& firewall-cmd --reload")
        #expect(try hint(firewalld).hasPrefix("nft insert rule inet firewalld input tcp dport"))
    }

    @Test(arguments: [
        ("-P INPUT ACCEPT\n", false), ("", false), ("-P INPUT DROP\n", true),
        ("-P INPUT ACCEPT\n-A INPUT -p tcp -j DROP\n", true),
    ]) func legacyRules(printed: String, isFiltering: Bool) {
        #expect(HostCheck.isFiltering(printed) == isFiltering)
    }

    @Test func policies() throws {
        #expect(try decision("") == .accepted)
        #expect(try decision(chain("accept")) == .accepted)
        #expect(try decision(chain("drop")) == .dropped)
        #expect(try decision(chain("drop") + rule(accept)) == .accepted)
        #expect(try decision(chain("accept") + rule(reject)) == .dropped)
        #expect(
            try decision(chain("drop").replacing("input\", \"prio", "output\", \"prio"))
                == .accepted)
    }

    @Test(arguments: [
        ("2201", true), ("2202", false), (#"{"range": [2200, 2300]}"#, true),
        (#"{"set": [22, {"range": [2201, 2203]}]}"#, true), (#"{"set": [22, 80]}"#, false),
        (#""@ports""#, true),
    ]) func ports(right: String, isOpen: Bool) throws {
        let set =
            #", {"set": {"family": "inet", "table": "t", "name": "ports", "elem": [22, 2201]}}"#
        let rules = chain("drop") + set + rule(match(dport, right), accept)
        #expect(try decision(rules) == (isOpen ? .accepted : .dropped))
        let negated = chain("drop") + set + rule(match(dport, right, "!="), accept)
        #expect(try decision(negated) == (isOpen ? .dropped : .accepted))
    }

    @Test func rulesForOtherPackets() throws {
        let state = match(#"{"ct": {"key": "state"}}"#, #"["established", "related"]"#, "in")
        let lo = match(#"{"meta": {"key": "iifname"}}"#, #""lo""#)
        let icmp = match(#"{"meta": {"key": "l4proto"}}"#, #"{"set": ["icmp", "ipv6-icmp"]}"#)
        let udp = match(#"{"payload": {"protocol": "udp", "field": "dport"}}"#, "2201")
        let rules =
            chain("drop") + rule(state, accept) + rule(lo, accept) + rule(icmp, accept)
            + rule(udp, accept)
        #expect(try decision(rules) == .dropped)
        #expect(try decision(rules, proto: "udp") == .accepted)
    }

    @Test func conditionalRules() throws {
        let source = match(#"{"payload": {"protocol": "ip", "field": "saddr"}}"#, #""203.0.113.7""#)
        #expect(try decision(chain("drop") + rule(source, accept)) == .conditional)
        #expect(try decision(chain("accept") + rule(source, drop)) == .conditional)
        #expect(try decision(chain("drop") + rule(source, drop)) == .dropped)
        #expect(
            try decision(chain("drop") + rule(#"{"limit": {"rate": 1}}"#, accept)) == .conditional)
        #expect(try decision(chain("drop") + rule(#"{"xt": null}"#, accept)) == .conditional)
    }

    @Test func jumps() throws {
        let other = ", " + chain("", name: "other", hook: false)
        let jump = #"{"jump": {"target": "other"}}"#
        let goto = #"{"goto": {"target": "other"}}"#
        let inside = rule(match(dport, "2201"), accept, chain: "other")
        #expect(try decision(chain("drop") + other + inside + rule(jump)) == .accepted)
        #expect(try decision(chain("drop") + other + inside + rule(jump), 2202) == .dropped)
        #expect(try decision(chain("drop") + other + rule(goto) + rule(accept)) == .dropped)
        #expect(try decision(chain("drop") + other + rule(jump) + rule(accept)) == .accepted)
        let back = rule(#"{"return": null}"#, chain: "other") + rule(accept, chain: "other")
        #expect(try decision(chain("drop") + other + back + rule(jump)) == .dropped)
        // The kernel refuses a loop of chains, but it must not hang us.
        let loop = rule(jump, chain: "other")
        #expect(try decision(chain("drop") + other + loop + rule(jump)) == .dropped)
    }

    @Test func verdictMaps() throws {
        let vmap = { (key: String, data: String) in
            #"{"vmap": {"key": \#(key), "data": {"set": [\#(data)]}}}"#
        }
        let ports = #"[22, {"accept": null}], [2201, {"drop": null}]"#
        #expect(try decision(chain("accept") + rule(vmap(dport, ports))) == .dropped)
        #expect(try decision(chain("accept") + rule(vmap(dport, ports)), 2202) == .accepted)
        #expect(try decision(chain("drop") + rule(vmap(dport, ports)), 22) == .accepted)
        let states = #"["established", {"accept": null}], ["invalid", {"drop": null}]"#
        let state = vmap(#"{"ct": {"key": "state"}}"#, states)
        #expect(try decision(chain("accept") + rule(state)) == .accepted)
        let device = vmap(#"{"meta": {"key": "iifname"}}"#, #"["eth0", {"accept": null}]"#)
        #expect(try decision(chain("drop") + rule(device)) == .conditional)
    }

    @Test func severalChains() throws {
        let second = chain("drop").replacing("\"t\"", "\"u\"")
        #expect(try decision(chain("accept") + ", " + second) == .dropped)
        let ipv6 = chain("drop").replacing("inet", "ip6")
        #expect(try decision(ipv6) == .accepted)
    }

    @Test func findings() throws {
        let domain = try facts()
        let open = try FirewallRules(json: Array(#"{"nftables": []}"#.utf8))
        #expect(
            summaries(
                firewallFindings(open, domain.forwards, hasLegacyRules: false, hasFirewalld: false))
                == ["ok: nftables accepts connections to the domains' 1 port"])
        #expect(
            firewallFindings(open, domain.forwards, hasLegacyRules: true, hasFirewalld: false).map(
                \.status)
                == [.warning])
        let closed = try FirewallRules(json: Array(#"{"nftables": [\#(chain("drop"))]}"#.utf8))
        #expect(
            summaries(
                firewallFindings(
                    closed, domain.forwards, hasLegacyRules: false, hasFirewalld: false))
                == ["error: nftables blocks connections to 'tcp 2201'"])
        #expect(throws: RequestError.self) { try FirewallRules(json: Array("nope".utf8)) }
    }
}

extension String {
    fileprivate func replacing(_ old: String, _ new: String) -> String {
        var text = self
        while let range = text.firstRange(of: old) { text.replaceSubrange(range, with: new) }
        return text
    }
}
