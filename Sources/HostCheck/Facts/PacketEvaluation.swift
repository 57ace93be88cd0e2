import Text

/// Runs one packet through the rules of a base chain, as far as its properties are known.
struct PacketEvaluation {
    /// What ends the evaluation of a chain; `returnToCaller` only that of a called chain.
    enum Verdict { case accept, drop, returnToCaller }

    private let rules: FirewallRules
    private let packet: FirewallRules.Packet
    /// Whether a rule that may or may not match the packet would accept or drop it.
    private(set) var mayBeAccepted = false
    private(set) var mayBeDropped = false

    /// The kernel refuses chains that call each other in a loop and more than 16 nested calls.
    private static let deepestCall = 16

    init(rules: FirewallRules, packet: FirewallRules.Packet) {
        self.rules = rules
        self.packet = packet
    }

    /// The first certain verdict of a chain's rules; `nil` at the end of the chain.
    mutating func verdict(of chain: FirewallRules.Chain, depth: Int = 0) -> Verdict? {
        guard depth < Self.deepestCall else { return nil }
        for rule in chain.rules {
            switch verdict(of: rule, in: chain, depth) {
            case nil: continue
            case .returnToCaller?: return nil
            case let verdict?: return verdict
            }
        }
        return nil
    }

    private mutating func verdict(
        of rule: [JSONValue], in chain: FirewallRules.Chain, _ depth: Int
    ) -> Verdict? {
        // Whether everything so far in this rule certainly matches.
        var isCertain = true
        for statement in rule {
            guard let (kind, value) = statement.onlyMember else { continue }
            switch kind {
            case "match":
                switch matches(value, chain.name) {
                case false?: return nil
                case nil: isCertain = false
                case true?: break
                }
            case "counter", "log", "comment", "mangle", "notrack", "ct helper": break
            case "vmap":
                let found = lookUp(value, chain.name)
                guard found.isCertain else {
                    // Any of the map's verdicts may apply, or none.
                    for (kind, value) in found.verdicts {
                        apply(kind, value, isCertain: false, chain, depth)
                    }
                    continue
                }
                guard let (kind, value) = found.verdicts.first else { continue }
                if let verdict = apply(kind, value, isCertain: isCertain, chain, depth) {
                    return verdict
                }
            case "accept", "drop", "reject", "return", "jump", "goto", "queue":
                return apply(kind, value, isCertain: isCertain, chain, depth)
            case "continue": return nil
            default: isCertain = false  // e.g. a limit
            }
        }
        return nil
    }

    /// Follows a verdict statement. If it is not certain that the rule matches, only notes what may
    /// happen and returns `nil`.
    @discardableResult
    private mutating func apply(
        _ kind: String, _ value: JSONValue, isCertain: Bool, _ chain: FirewallRules.Chain,
        _ depth: Int
    ) -> Verdict? {
        switch kind {
        case "accept":
            if isCertain { return .accept }
            mayBeAccepted = true
        case "drop", "reject":
            if isCertain { return .drop }
            mayBeDropped = true
        case "return": return isCertain ? .returnToCaller : nil
        case "jump", "goto":
            let name = chain.name.sibling(value["target"]?.string ?? "")
            guard let target = rules.chains[name] else { return nil }
            let verdict = verdict(of: target, depth: depth + 1)
            // After a goto, the end of the target chain does not lead back to this chain.
            if isCertain { return verdict ?? (kind == "goto" ? .returnToCaller : nil) }
            if verdict == .accept { mayBeAccepted = true }
            if verdict == .drop { mayBeDropped = true }
        case "queue":
            // A program decides.
            mayBeAccepted = true
            mayBeDropped = true
        default: break
        }
        return nil
    }

    /// Whether a `match` statement matches the packet; `nil` if that is unknown.
    private func matches(_ match: JSONValue, _ chain: FirewallRules.Name) -> Bool? {
        guard let left = match["left"], let right = match["right"] else { return nil }
        if let proto = left["payload"]?["protocol"]?.string,
            ["tcp", "udp", "sctp", "icmp", "icmpv6"].contains(proto), proto != packet.proto
        {
            // A field of another protocol's header: the whole rule does not apply.
            return false
        }
        if let key = left["meta"]?["key"]?.string, ["iif", "iifname"].contains(key),
            right.string == "lo"
        {
            // The packet comes from another host, so not through the loopback device.
            return match["op"]?.string == "!="
        }
        guard let known = value(of: left) else { return nil }
        let isContained = contains(right, known, chain)
        return match["op"]?.string == "!=" ? isContained.map(!) : isContained
    }

    /// The packet's value of an expression; `nil` if it is unknown.
    private func value(of expression: JSONValue) -> JSONValue? {
        if let payload = expression["payload"] {
            switch payload["field"]?.string {
            case "dport": return .integer(Int64(packet.port))
            case "protocol", "nexthdr": return .string(packet.proto)
            default: return nil
            }
        }
        if let meta = expression["meta"]?["key"]?.string {
            if meta == "l4proto" { return .string(packet.proto) }
            return nil
        }
        switch expression["ct"]?["key"]?.string {
        case "state": return .string("new")
        case "status": return .string("")  // not translated by a NAT rule
        default: return nil
        }
    }

    /// Whether a value equals the right side of a match or is contained in it; `nil` if that is
    /// unknown.
    private func contains(
        _ right: JSONValue, _ value: JSONValue, _ chain: FirewallRules.Name
    ) -> Bool? {
        switch right {
        case .array(let values): return contains(anyOf: values, value, chain)
        case .object:
            if let range = right["range"]?.array, range.count == 2 {
                guard let number = value.number, let from = range[0].number,
                    let to = range[1].number
                else { return value.number == nil ? false : nil }
                return from <= number && number <= to
            }
            if let set = right["set"] { return contains(anyOf: set.array ?? [set], value, chain) }
            // An element with a comment or a timeout.
            if let element = right["elem"]?["val"] { return contains(element, value, chain) }
            return nil
        case .string(let text) where text.hasPrefix("@"):
            guard let set = rules.sets[chain.sibling(String(text.dropFirst()))] else { return nil }
            return contains(anyOf: set, value, chain)
        default: return right == value || right.string == value.number.map(String.init)
        }
    }

    private func contains(
        anyOf values: [JSONValue], _ value: JSONValue, _ chain: FirewallRules.Name
    ) -> Bool? {
        var isUnknown = false
        for candidate in values {
            switch contains(candidate, value, chain) {
            case true?: return true
            case nil: isUnknown = true
            case false?: break
            }
        }
        return isUnknown ? nil : false
    }

    /// The verdict of a verdict map for the packet: at most one if it is certain, or else all that
    /// are possible.
    private func lookUp(
        _ map: JSONValue, _ chain: FirewallRules.Name
    ) -> (isCertain: Bool, verdicts: [(String, JSONValue)]) {
        var pairs = map["data"]?["set"]?.array ?? []
        if let name = map["data"]?.string, name.hasPrefix("@") {
            pairs = rules.sets[chain.sibling(String(name.dropFirst()))] ?? []
        }
        let key = map["key"].flatMap { value(of: $0) }
        var possible: [(String, JSONValue)] = []
        for pair in pairs {
            guard let parts = pair.array, parts.count == 2, let verdict = parts[1].onlyMember else {
                continue
            }
            guard let key else {
                possible.append(verdict)
                continue
            }
            if contains(parts[0], key, chain) == true { return (true, [verdict]) }
        }
        return (key != nil, possible)
    }
}
