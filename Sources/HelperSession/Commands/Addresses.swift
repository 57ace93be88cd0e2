import Confinement
import GuestAccess
import Libvirt
import Policy
import Protocol
import Text

extension SessionCommand {
    ///     C: {"cmd": "addresses", "domain": "vm1"}
    ///     S: {"success": true, "cmd": "addresses", "domain": "vm1", "addresses":
    ///         [{"interface": "vnet0", "mac": "52:54:00:aa:bb:cc", "family": "ipv4",
    ///         "address": "192.168.122.57", "prefix": 24, "source": "lease"}]}
    static let addresses = SessionCommand(
        "addresses", .reads, group: .looking,
        summary: "list the addresses of a running guest",
        example: "ssh HOST addresses vm1"
    ) { parameters in
        let domain = parameters.name("domain", "the guest's domain")
        let source = parameters.optionalChoice(
            "source", Domain.AddressSource.allCases.map(\.name),
            "ask only the networks' DHCP servers, the guest's agent, or the host's neighbour table")

        return { session, request in
            let wanted = try request[source]
            let name = try request[domain]
            let domain = try session.host.domain(named: name)
            var sources = Domain.AddressSource.allCases.filter {
                wanted == nil || $0.name == wanted
            }
            if sources.contains(.agent) {
                // The agent's answer is from inside of the guest; without it, others remain.
                do { try session.gate.willLookInto(domain) } catch let denial as Denial {
                    guard wanted == nil else { throw denial }
                    sources.removeAll { $0 == .agent }
                }
            }
            try session.host.checkRunning(domain, name)
            let addresses = try session.host.addresses(
                of: domain, session.host.description(of: domain),
                from: sources)
            return ["addresses": .array(addresses.map(\.json))]
        }
    }
}
