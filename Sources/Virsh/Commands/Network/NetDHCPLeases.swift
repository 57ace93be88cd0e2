import Libvirt
import Policy
import System
import Text

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
            let hosts = try ShownHosts(shell)
            let shown = leases.filter { hosts?.contains(mac: $0.mac ?? "") ?? true }
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
