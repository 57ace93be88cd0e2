import Protocol
import Text

/// The nftables rules for incoming packets. C: libnftables-json(5).
struct FirewallRules {
    /// A new connection from another host.
    struct Packet {
        let proto: String
        let port: Int
    }

    /// What the rules do with a packet. `conditional` means that it depends on something unknown,
    /// e.g. on the source address.
    enum Decision { case accepted, dropped, conditional }

    /// The name of a chain or set, which is unique only within its family and table.
    struct Name: Hashable {
        let family: String
        let table: String
        let name: String

        /// E.g. `inet filter input`.
        var text: String { "\(family) \(table) \(name)" }

        /// The name of another chain or set of the same table.
        func sibling(_ name: String) -> Name { Name(family: family, table: table, name: name) }
    }

    struct Chain {
        let name: Name
        let policyDrops: Bool
        /// Whether the kernel itself runs it for packets to this host; others need a jump.
        let isBase: Bool
        /// Each rule is a list of statements.
        var rules: [[JSONValue]] = []
    }

    private(set) var chains: [Name: Chain] = [:]
    /// The elements of sets and maps.
    private(set) var sets: [Name: [JSONValue]] = [:]

    /// Parses the output of `nft -j list ruleset`.
    init(json: [UInt8]) throws {
        let document: JSONValue
        do throws(JSONError) {
            document = try JSONParser.value(of: String(decoding: json, as: UTF8.self))
        } catch {
            throw RequestError(.system, "cannot parse the output of 'nft'")
        }
        for item in document["nftables"]?.array ?? [] {
            if let chain = item["chain"] {
                let name = Self.name(in: chain, chain["name"])
                chains[name] = Chain(
                    name: name, policyDrops: chain["policy"]?.string == "drop",
                    isBase: chain["hook"]?.string == "input"
                        && ["ip", "ip6", "inet"].contains(name.family))
            } else if let rule = item["rule"] {
                // nft lists a chain before its rules.
                chains[Self.name(in: rule, rule["chain"])]?.rules
                    .append(rule["expr"]?.array ?? [])
            } else if let set = item["set"] ?? item["map"] {
                sets[Self.name(in: set, set["name"])] = set["elem"]?.array ?? []
            }
        }
    }

    private static func name(in item: JSONValue, _ name: JSONValue?) -> Name {
        Name(
            family: item["family"]?.string ?? "", table: item["table"]?.string ?? "",
            name: name?.string ?? "")
    }

    /// What happens to a packet. The kernel runs every base chain, and each of them can drop it;
    /// `accept` ends only its own chain.
    func decision(for packet: Packet) -> Decision { evaluation(of: packet).decision }

    /// The base chains that drop a packet, always or under some conditions.
    func blockingChains(for packet: Packet) -> [Name] { evaluation(of: packet).blocking }

    private func evaluation(of packet: Packet) -> (decision: Decision, blocking: [Name]) {
        var blocking: [Name] = []
        var isDropped = false
        // Forwards are checked for IPv4.
        for chain in chains.values where chain.isBase && chain.name.family != "ip6" {
            var evaluation = PacketEvaluation(rules: self, packet: packet)
            let verdict = evaluation.verdict(of: chain)
            let drops = verdict.map { $0 == .drop } ?? chain.policyDrops
            if drops {
                if !evaluation.mayBeAccepted { isDropped = true }
                blocking.append(chain.name)
            } else if evaluation.mayBeDropped {
                blocking.append(chain.name)
            }
        }
        let decision: Decision =
            isDropped ? .dropped : blocking.isEmpty ? .accepted : .conditional
        return (decision, blocking.sorted { $0.text < $1.text })
    }
}
