import Libvirt
import Policy
import System
import Text
import XML

extension Command {
    /// virsh 9.0.0: `cmdNetworkDHCPLeases` in virsh-network.c.
    static let netDHCPLeases = Command(
        "net-dhcp-leases", .read, on: .network, help: "list the DHCP leases of a network"
    ) { options in
        let network = options.network()
        let mac = options.string("mac", "list only leases of this MAC address")

        return { shell, given in
            let mac = try given[mac]
            let name = try given[network]
            let network = try shell.network(name)
            let leases = try shell.explaining("Failed to get leases info for \(name)") {
                () throws(LibvirtError) in try network.leases(mac: mac)
            }
            // Leases are found by their MAC addresses; those of hidden domains are not shown.
            let macs = try shell.macsOfShownDomains()
            let shown = leases.filter { macs?.contains($0.mac?.lowercased() ?? "") ?? true }
            var table = Table(
                "Expiry Time", "MAC address", "Protocol", "IP address", "Hostname",
                "Client ID or DUID")
            for lease in shown.sortedIgnoringCase(by: { $0.mac ?? "" }) {
                table.append(row(of: lease))
            }
            shell.print(table)
        }
    }
}

extension Shell {
    /// The MAC addresses of the domains that the session may see; `nil` if it may see all.
    func macsOfShownDomains() throws -> Set<String>? {
        let connection = try connection
        guard !connection.policy.showsAllObjects else { return nil }
        var macs: Set<String> = []
        for domain in try connection.domains() {
            for flags: Domain.XMLFlags in [[], .inactive] {
                // A domain may have been undefined since it was listed.
                guard let xml = attempt({ () throws(LibvirtError) in try domain.xml(flags) })
                else { continue }
                let root = try Document(parsing: xml).root
                macs.formUnion(
                    try root.nodes("devices/interface/mac/@address").map { $0.text.lowercased() })
            }
        }
        return macs
    }
}

private func row(of lease: Network.Lease) -> [String] {
    [
        localTime(lease.expires),
        lease.mac ?? "-",
        lease.isIPv4 ? "ipv4" : lease.isIPv6 ? "ipv6" : "-",
        // virsh prints a missing address as C does, and the unsigned prefix with %d.
        "\(lease.address ?? "(null)")/\(Int32(bitPattern: lease.prefix))",
        lease.hostname ?? "-",
        lease.clientID ?? "-",
    ]
}
