import Confinement
import Libvirt
import Policy
import Text
import XML

extension Command {
    /// virsh 9.0.0: `cmdDomIfAddr` in virsh-domain-monitor.c.
    static let domifaddr = Command(
        "domifaddr", .read, on: .domain, help: "IP addresses of a running guest's interfaces"
    ) { options in
        let domain = options.domain()
        let interface = options.string(
            "interface", "name of the interface (default: all)", place: .positional)
        let full = options.flag("full", "name and MAC address on every line")
        let source = options.string(
            "source", "source of the addresses: 'lease', 'agent' or 'arp'")

        return { shell, given in
            let wanted = try given[interface]
            let source = try addressSource(given[source] ?? "lease")
            let domain = try shell.domain(given[domain])
            if source == .agent { try shell.gate.willLookInto(domain) }
            try shell.refuseIfTestDriverCrashes(domain)
            let interfaces = try shell.explaining("Failed to query for interfaces addresses") {
                () throws(LibvirtError) in try domain.interfaces(from: source)
            }
            let shown = interfaces.filter { wanted == nil || wanted == $0.name }
            guard shell.version < .addressTable else {
                var table = Table("Name", "MAC address", "Protocol", "Address")
                for interface in shown {
                    for row in rows(of: interface, isFull: try given[full]) { table.append(row) }
                }
                return shell.print(table)
            }
            // virsh formatted this one with fixed widths.
            let rule = String(repeating: "-", count: 79)
            shell.printExtra(
                " Name       MAC address          Protocol     Address\n" + rule)
            for interface in shown {
                for row in rows(of: interface, isFull: try given[full]) {
                    shell.print(
                        " \(row[0].padded(10)) \(row[1].padded(17))    \(row[2].padded(12)) "
                            + "\(row[3])\n")
                }
            }
        }
    }
}

private func addressSource(_ name: String) throws(CommandFailure) -> Domain.AddressSource {
    switch name {
    case "lease": .lease
    case "agent": .agent
    case "arp": .arp
    default: throw CommandFailure("Unknown data source '\(name)'")
    }
}

extension LibvirtVersion {
    /// The first virsh whose `domifaddr` prints a table as wide as its cells.
    fileprivate static let addressTable = LibvirtVersion(12, 0)
}

/// Name, MAC address, protocol and address for each address of an interface. Rows after the first
/// have "-" for the first two, unless `isFull`.
private func rows(of interface: Domain.Interface, isFull: Bool) -> [[String]] {
    guard !interface.ipAddresses.isEmpty else {
        return [[interface.name, interface.address ?? "N/A", "N/A", "N/A"]]
    }
    return interface.ipAddresses.enumerated().map { index, address in
        let isNamed = isFull || index == 0
        return [
            isNamed ? interface.name : "-", isNamed ? interface.address ?? "" : "-",
            address.isIPv6 ? "ipv6" : "ipv4",
            "\(address.address)/\(Int32(bitPattern: address.prefix))",
        ]
    }
}

extension Shell {
    /// Throws if the call would crash libvirt's test driver, and this process with it: it does so
    /// if the network of one of the guest's interfaces does not have an address.
    fileprivate func refuseIfTestDriverCrashes(_ domain: Domain) throws {
        // A network that is not granted crashes it as well.
        let connection = try connection.unfiltered
        let isTest =
            attempt { () throws(LibvirtError) in try connection.type().lowercased() } == "test"
        guard isTest,
            let xml = attempt({ () throws(LibvirtError) in try domain.xml() }),
            attempt({ () throws(LibvirtError) in try domain.isActive() }) == true
        else { return }
        let interfaces = try Document(parsing: xml).nodes("/domain/devices/interface")
        for interface in interfaces where interface["type"] == "network" {
            let name = try interface.text("source/@network") ?? ""
            let network = attempt { () throws(LibvirtError) in
                try connection.network(name: name).xml()
            }
            // A missing network is safe: the driver returns an error before it crashes.
            guard let network else { return }
            if try Document(parsing: network).nodes("/network/ip").isEmpty {
                throw CommandFailure(
                    "Failed to query for interfaces addresses",
                    "network '\(name)' has no address")
            }
        }
    }
}
