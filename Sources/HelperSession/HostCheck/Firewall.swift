import FoundationEssentials
import Host

extension HostCheck {
    static let firewall = HostCheck("firewall") { view in
        let forwards = try view.domains().flatMap(\.forwards).filter { !$0.isLoopbackOnly }
        try view.requireLocal()
        let legacy = try textIfThere("/proc/net/ip_tables_names") ?? ""
        let printed = try output(of: ["nft", "-j", "list", "ruleset"], until: view.deadline)
        // Remarks of nft's are lines of their own.
        let line = printed.split(separator: "\n").first { $0.hasPrefix("{") } ?? "{}"
        let rules = try Ruleset(json: Array(line.utf8))
        return firewallFindings(rules, forwards, hasLegacyFilter: legacy.contains("filter"))
    }
}

/// How many ports of a long range are looked at.
private let longestRange = 64

func firewallFindings(
    _ rules: Ruleset, _ forwards: [Forward], hasLegacyFilter: Bool
) -> [Finding] {
    var blocked: [String] = []
    var doubtful: [String] = []
    var count = 0
    for forward in forwards {
        for port in forward.hostPorts.prefix(longestRange) {
            count += 1
            let packet = Ruleset.Packet(proto: forward.proto, port: port)
            switch rules.fate(of: packet) {
            case .accepted: break
            case .dropped: blocked.append("\(forward.proto) \(port)")
            case .depends: doubtful.append("\(forward.proto) \(port)")
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
    if !doubtful.isEmpty {
        problems.append(
            .warning(
                "nftables blocks connections under some conditions, e.g. by source address, to "
                    + listed(doubtful), hint))
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

/// The rules of nftables for what comes in from outside. C: libnftables-json(5).
struct Ruleset {
    struct Packet {
        let proto: String
        let port: Int
    }

    /// What becomes of a connection; it may depend on what is not known here, such as its origin.
    enum Fate { case accepted, dropped, depends }

    private struct Chain {
        var name: [String]
        var policyDrops: Bool
        /// Whether the kernel itself gives it the packets that are for this host.
        var isBase: Bool
        var rules: [[JSON]] = []
    }

    private var chains: [[String]: Chain] = [:]
    private var sets: [[String]: [JSON]] = [:]

    init(json: [UInt8]) throws {
        let document: JSON
        do { document = try JSONDecoder().decode(JSON.self, from: Data(json)) } catch {
            throw Refusal(.system, "cannot parse the output of 'nft'")
        }
        for item in document["nftables"]?.array ?? [] {
            if let chain = item["chain"] {
                let name = Self.name(chain, chain["name"])
                chains[name] = Chain(
                    name: name, policyDrops: chain["policy"]?.string == "drop",
                    isBase: chain["hook"]?.string == "input"
                        && ["ip", "ip6", "inet"].contains(chain["family"]?.string))
            } else if let rule = item["rule"] {
                chains[Self.name(rule, rule["chain"])]?.rules.append(rule["expr"]?.array ?? [])
            } else if let set = item["set"] ?? item["map"] {
                sets[Self.name(set, set["name"])] = set["elem"]?.array ?? []
            }
        }
    }

    private static func name(_ item: JSON, _ name: JSON?) -> [String] {
        [item["family"]?.string ?? "", item["table"]?.string ?? "", name?.string ?? ""]
    }

    /// Every first chain is asked, and each may drop it.
    func fate(of packet: Packet) -> Fate {
        var fate = Fate.accepted
        for chain in chains.values where chain.isBase && chain.name[0] != "ip6" {
            var walk = Walk(rules: self, packet: packet)
            let verdict = walk.verdict(of: chain, depth: 0)
            let drops = verdict.map { $0 == .drop } ?? chain.policyDrops
            if drops {
                if !walk.mayBeAccepted { return .dropped }
                fate = .depends
            } else if walk.mayBeDropped {
                fate = .depends
            }
        }
        return fate
    }

    private enum Verdict { case accept, drop, leave }

    /// The way of one packet through the rules of a first chain.
    private struct Walk {
        let rules: Ruleset
        let packet: Packet
        /// Rules that may or may not be for the packet.
        var mayBeAccepted = false
        var mayBeDropped = false

        init(rules: Ruleset, packet: Packet) {
            self.rules = rules
            self.packet = packet
        }

        /// `nil` where the chain's end is reached.
        mutating func verdict(of chain: Chain, depth: Int) -> Verdict? {
            guard depth < 16 else { return nil }
            for rule in chain.rules {
                switch verdict(of: rule, in: chain, depth: depth) {
                case nil: continue
                case .leave?: return nil
                case let verdict?: return verdict
                }
            }
            return nil
        }

        private mutating func verdict(
            of rule: [JSON], in chain: Chain, depth: Int
        ) -> Verdict? {
            var isSure = true
            for statement in rule {
                guard let (kind, value) = statement.only else { continue }
                switch kind {
                case "match":
                    switch matches(value, chain.name) {
                    case false?: return nil
                    case nil: isSure = false
                    case true?: break
                    }
                case "counter", "log", "comment", "mangle", "notrack", "ct helper": break
                case "vmap":
                    let answer = mapped(value, chain.name)
                    guard answer.isKnown else {
                        // Any of its verdicts may be the packet's.
                        for (kind, value) in answer.all {
                            take(kind, value, isSure: false, chain, depth)
                        }
                        continue
                    }
                    guard let (kind, value) = answer.all.first else { continue }
                    if let verdict = take(kind, value, isSure: isSure, chain, depth) {
                        return verdict
                    }
                case "accept", "drop", "reject", "return", "jump", "goto", "queue":
                    return take(kind, value, isSure: isSure, chain, depth)
                case "continue": return nil
                default: isSure = false  // e.g. a limit
                }
            }
            return nil
        }

        /// Goes where a verdict leads; of one that is not sure only the possibility is noted.
        @discardableResult
        private mutating func take(
            _ kind: String, _ value: JSON, isSure: Bool, _ chain: Chain, _ depth: Int
        ) -> Verdict? {
            switch kind {
            case "accept":
                if isSure { return .accept }
                mayBeAccepted = true
            case "drop", "reject":
                if isSure { return .drop }
                mayBeDropped = true
            case "return": return isSure ? .leave : nil
            case "jump", "goto":
                let name = [chain.name[0], chain.name[1], value["target"]?.string ?? ""]
                guard let target = rules.chains[name] else { return nil }
                let verdict = verdict(of: target, depth: depth + 1)
                if isSure { return verdict ?? (kind == "goto" ? .leave : nil) }
                if verdict == .accept { mayBeAccepted = true }
                if verdict == .drop { mayBeDropped = true }
            case "queue":
                mayBeAccepted = true
                mayBeDropped = true
            default: break
            }
            return nil
        }

        /// Whether a match is for a new connection from outside; `nil` where that depends.
        private func matches(_ match: JSON, _ chain: [String]) -> Bool? {
            guard let left = match["left"], let right = match["right"] else { return nil }
            if let proto = left["payload"]?["protocol"]?.string,
                ["tcp", "udp", "sctp", "icmp", "icmpv6"].contains(proto), proto != packet.proto
            {
                return false
            }
            if let key = left["meta"]?["key"]?.string, ["iif", "iifname"].contains(key),
                right.string == "lo"
            {
                // From outside nothing comes in by that device.
                return match["op"]?.string == "!="
            }
            guard let known = value(of: left) else { return nil }
            let isIn = contains(right, known, chain)
            return match["op"]?.string == "!=" ? isIn.map(!) : isIn
        }

        /// What the packet has where an expression looks; `nil` where that is not known.
        private func value(of expression: JSON) -> JSON? {
            if let payload = expression["payload"] {
                switch payload["field"]?.string {
                case "dport": return .number(Int64(packet.port))
                case "protocol", "nexthdr": return .string(packet.proto)
                default: return nil
                }
            }
            if let meta = expression["meta"]?["key"]?.string {
                if meta == "l4proto" { return .string(packet.proto) }
                return nil
            }
            // A new connection, and one that no rule led elsewhere.
            switch expression["ct"]?["key"]?.string {
            case "state": return .string("new")
            case "status": return .string("")
            default: return nil
            }
        }

        /// Whether a value is, or is among, what stands on the right.
        private func contains(_ right: JSON, _ value: JSON, _ chain: [String]) -> Bool? {
            switch right {
            case .array(let values): return any(values, value, chain)
            case .object:
                if let range = right["range"]?.array, range.count == 2 {
                    guard let number = value.number, let from = range[0].number,
                        let to = range[1].number
                    else { return value.number == nil ? false : nil }
                    return from <= number && number <= to
                }
                if let set = right["set"] { return any(set.array ?? [set], value, chain) }
                if let element = right["elem"]?["val"] { return contains(element, value, chain) }
                return nil
            case .string(let text) where text.hasPrefix("@"):
                let name = [chain[0], chain[1], String(text.dropFirst())]
                guard let set = rules.sets[name] else { return nil }
                return any(set, value, chain)
            default: return right == value || right.string == value.number.map(String.init)
            }
        }

        private func any(_ values: [JSON], _ value: JSON, _ chain: [String]) -> Bool? {
            var isOpen = false
            for one in values {
                switch contains(one, value, chain) {
                case true?: return true
                case nil: isOpen = true
                case false?: break
                }
            }
            return isOpen ? nil : false
        }

        /// The verdict that a map has for the packet, or all where that is not known.
        private func mapped(
            _ map: JSON, _ chain: [String]
        ) -> (isKnown: Bool, all: [(String, JSON)]) {
            var pairs = map["data"]?["set"]?.array ?? []
            if let name = map["data"]?.string, name.hasPrefix("@") {
                pairs = rules.sets[[chain[0], chain[1], String(name.dropFirst())]] ?? []
            }
            let known = map["key"].flatMap { value(of: $0) }
            var open: [(String, JSON)] = []
            for pair in pairs {
                guard let parts = pair.array, parts.count == 2, let verdict = parts[1].only else {
                    continue
                }
                guard let known else {
                    open.append(verdict)
                    continue
                }
                if contains(parts[0], known, chain) == true { return (true, [verdict]) }
            }
            return (known != nil, open)
        }
    }
}

/// What nft prints.
indirect enum JSON: Decodable, Hashable {
    case string(String)
    case number(Int64)
    case array([JSON])
    case object([String: JSON])
    /// `null`, or what has no meaning here.
    case other

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        func attempt<Value: Decodable>(_ type: Value.Type) -> Value? {
            do { return try container.decode(type) } catch { return nil }
        }
        if let object = attempt([String: JSON].self) {
            self = .object(object)
        } else if let array = attempt([JSON].self) {
            self = .array(array)
        } else if let string = attempt(String.self) {
            self = .string(string)
        } else if let number = attempt(Int64.self) {
            self = .number(number)
        } else {
            self = .other
        }
    }

    var string: String? { if case .string(let value) = self { value } else { nil } }
    var number: Int64? { if case .number(let value) = self { value } else { nil } }
    var array: [JSON]? { if case .array(let value) = self { value } else { nil } }

    subscript(name: String) -> JSON? {
        if case .object(let members) = self { members[name] } else { nil }
    }

    /// The name and value of an object that has one member.
    var only: (String, JSON)? {
        guard case .object(let members) = self, members.count == 1 else { return nil }
        return members.first.map { ($0.key, $0.value) }
    }
}
