import Libvirt
import Policy
import XML

extension Command {
    /// virsh 9.0.0: `cmdDomIfGetLink` in virsh-domain-monitor.c.
    static let domifGetlink = Command(
        "domif-getlink", .read, on: .domain, help: "the link state of a guest's interface"
    ) { options in
        let domain = options.domain()
        let interface = options.data("interface", "MAC address or target of the interface")
        options.alias("persistent", for: "config")
        let config = options.flag("config", "the persistent configuration")

        return { shell, given in
            let name = try given[interface]
            let flags: Domain.XMLFlags = try given[config] ? .inactive : []
            let root = try shell.description(of: shell.domain(given[domain]), flags)
            let address = macAddress(name)
            // A target with a quote makes this expression malformed, and the error shows it:
            // hence virsh's blanks.
            let xpath =
                "/domain/devices/interface[(mac/@address = '\(address ?? "")') or "
                + "                          (target/@dev = '\(name)')]"
            let nodes: [Node]
            do throws(CommandFailure) {
                nodes = try shell.nodes(xpath, of: root)
            } catch {
                throw CommandFailure("Failed to extract interface information")
            }
            guard let node = nodes.first else {
                throw CommandFailure(
                    address.map { "Interface (mac: \($0)) not found." }
                        ?? "Interface (dev: \(name)) not found.")
            }
            guard nodes.count == 1 else {
                throw CommandFailure("multiple matching interfaces found")
            }
            // Without a <link> element, the link is up.
            shell.print("\(name) \(node.string("./link/@state") ?? "up")")
        }
    }
}

/// A MAC address in canonical form, e.g. `52:54:00:0a:00:01`; `nil` if `text` is not one.
/// libvirt 9.0.0: `virMacAddrParse`, `virMacAddrFormat`.
private func macAddress(_ text: String) -> String? {
    // libvirt's parser ignores text after a blank.
    let text = text.unicodeScalars.prefix { $0.value > 0x20 }
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    let bytes = parts.compactMap { part -> String? in
        guard 1...2 ~= part.count, part.allSatisfy({ $0.properties.isASCIIHexDigit }) else {
            return nil
        }
        return (part.count < 2 ? "0" : "") + String(part).lowercased()
    }
    guard parts.count == 6, bytes.count == 6 else { return nil }
    return bytes.joined(separator: ":")
}
