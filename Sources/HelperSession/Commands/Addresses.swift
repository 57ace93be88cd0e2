import GuestAccess
import Libvirt
import Protocol
import Text

extension SessionCommand {
    ///     C: {"cmd": "addresses", "domain": "vm1"}
    ///     S: {"success": true, "cmd": "addresses", "domain": "vm1", "addresses":
    ///         [{"interface": "vnet0", "mac": "52:54:00:aa:bb:cc", "family": "ipv4",
    ///         "address": "192.168.122.57", "prefix": 24, "source": "lease"}]}
    static let addresses = SessionCommand(
        "addresses", .reads, summary: "list the addresses of a running guest"
    ) { parameters in
        let domain = parameters.name("domain", "the guest's domain")
        let source = parameters.optionalChoice(
            "source", Domain.AddressSource.allCases.map(\.name),
            "ask only the networks' DHCP servers, the guest's agent, or the host's neighbour table")

        return { session, request in
            let wanted = try request[source]
            let domain = try session.host.runningDomain(named: request[domain])
            let addresses = try session.host.addresses(
                of: domain, session.host.description(of: domain),
                from: Domain.AddressSource.allCases.filter {
                    wanted == nil || $0.name == wanted
                })
            return ["addresses": .array(addresses.map(\.json))]
        }
    }
}
