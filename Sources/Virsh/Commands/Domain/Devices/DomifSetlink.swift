import Confinement
import Libvirt
import Policy
import XML

extension Command {
    /// virsh 9.0.0: `cmdDomIfSetLink` in virsh-domain.c.
    static let domifSetlink = Command(
        "domif-setlink", .devices, on: .domain, help: "set the link state of a guest's interface"
    ) { options in
        let domain = options.domain()
        let interface = options.data("interface", "MAC address or target of the interface")
        let state = options.data("state", "'up' or 'down'")
        options.alias("persistent", for: "config")
        let config = options.flag("config", "the persistent configuration")
        let printXML = options.flag("print-xml", "only print the interface's XML")

        return { shell, given in
            let domain = try shell.domain(given[domain])
            let name = try given[interface]
            let state = try given[state]
            guard ["up", "down"].contains(state) else {
                throw CommandFailure("invalid link state '\(state)'")
            }
            var impact: Impact = try given[config] ? .config : .live
            if !shell.mayRun(domain) { impact = .config }
            let root = try shell.description(of: domain, given[config] ? .inactive : [])
            let interfaces = try root.nodes("/domain/devices/interface")
            guard !interfaces.isEmpty else {
                throw CommandFailure(
                    "Failed to extract interface information or no interfaces found")
            }
            // Unlike `detach-interface`, virsh compares MAC addresses as text here.
            let wanted = name.lowercased()
            let node = interfaces.first {
                $0.string("./mac/@address")?.lowercased() == wanted
                    || $0.string("./target/@dev")?.lowercased() == wanted
            }
            guard let node else { throw CommandFailure("interface '\(name)' not found") }
            // An interface without a <link> element is up; add one to change that.
            guard let link = try node.nodes("./link").first ?? node.appendChild("link") else {
                throw CommandFailure("failed to create XML node")
            }
            link.set("state", to: state)
            let xml = node.serialized(format: true)
            if try given[printXML] { return shell.print(xml) }
            let judged = try shell.gate.judged(presentDevice: xml, of: domain)
            try shell.explaining("Failed to update interface link state") {
                () throws(LibvirtError) in try domain.updateDevice(judged, impact)
            }
            shell.printExtra("Device updated successfully\n")
        }
    }
}
