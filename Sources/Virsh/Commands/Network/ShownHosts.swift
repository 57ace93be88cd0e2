import Libvirt
import Policy
import XML

/// Which hosts of a network the session may see: those that are its own domains.
struct ShownHosts {
    private var macs: Set<String> = []
    private var names: Set<String> = []

    /// `nil` if the session may see all.
    init?(_ shell: Shell) throws {
        let connection = try shell.connection
        guard !connection.policy.showsAllObjects else { return nil }
        for domain in try connection.domains() {
            for flags: Domain.XMLFlags in [[], .inactive] {
                // A domain may have been undefined since it was listed.
                guard let xml = shell.attempt({ () throws(LibvirtError) in try domain.xml(flags) })
                else { continue }
                let root = try Document(parsing: xml).root
                macs.formUnion(
                    try root.nodes("devices/interface/mac/@address").map { $0.text.lowercased() })
                if let name = try root.text("name") { names.insert(name) }
            }
        }
    }

    func contains(mac: String) -> Bool { macs.contains(mac.lowercased()) }

    /// `name` may be a domain's with the network's DNS domain after it.
    private func contains(name: String) -> Bool {
        names.contains(name) || names.contains { name.hasPrefix("\($0).") }
    }

    /// The XML of a network without what it says of other hosts.
    func shown(in xml: String) throws -> String {
        let root = try Document(parsing: xml).root
        let whole = root.serialized(format: false)
        // How many domains use the network, hidden ones included.
        for element in try [root] + root.nodes("forward/interface") {
            element.remove(attribute: "connections")
        }
        var addresses: Set<String> = []
        for host in try root.nodes("ip/dhcp/host") {
            guard contains(host) else {
                host.remove()
                continue
            }
            if let address = host["ip"] { addresses.insert(address) }
        }
        for host in try root.nodes("dns/host") where !addresses.contains(host["ip"] ?? "") {
            for name in host.elements("hostname") where !contains(name: name.text) {
                name.remove()
            }
            if host.elements("hostname").isEmpty { host.remove() }
        }
        for record in try root.nodes("dns/txt | dns/srv")
        where !contains(name: record["target"] ?? record["name"] ?? "") {
            record.remove()
        }
        // Lines for the configuration file of dnsmasq, which can have hosts too.
        for element in root.elements() where element.prefix != nil { element.remove() }
        // What is empty now would show that there was something.
        for list in try root.nodes("dns | ip/dhcp")
        where list.attributes.isEmpty && list.elements().isEmpty {
            list.remove()
        }
        let shown = root.serialized(format: false)
        return shown == whole ? xml : shown + "\n"
    }

    private func contains(_ host: Node) -> Bool {
        if let mac = host["mac"] { return contains(mac: mac) }
        return contains(name: host["name"] ?? "")
    }
}
