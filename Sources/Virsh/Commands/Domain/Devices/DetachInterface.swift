import Confinement
import Libvirt
import Policy
import XML

extension Command {
    /// virsh 9.0.0: `cmdDetachInterface` in virsh-domain.c.
    static let detachInterface = Command(
        "detach-interface", .devices, on: .domain, help: "detach a network interface"
    ) { options in
        let domain = options.domain()
        let type = options.string(
            "type", "type of the interface, e.g. bridge",
            required: options.version < .anyInterfaceType, place: .positional)
        let mac = options.string("mac", "MAC address if there are several")
        let impact = options.deviceImpact()
        let printXML = options.flag("print-xml", "only print its XML")

        return { shell, given in
            try impact.check(given)
            let domain = try shell.domain(given[domain])
            let isPrinting = try given[printXML]
            func detach(_ xml: String, _ chosen: Impact) throws {
                let node = try shell.interface(given[type], given[mac], in: xml)
                let device = node.serialized(format: true)
                if isPrinting { return shell.print(device) }
                try domain.detachDevice(
                    shell.gate.judged(presentDevice: device, of: domain),
                    impact.nilIfUnspecified(chosen, given))
            }
            // The two configurations are changed separately: the interface's XML, e.g. its
            // address, may differ between them.
            let affectsConfig = given.has(impact.config) || given.has(impact.persistent)
            try shell.adding("Failed to detach interface") {
                _ = try (given[type], given[mac])
                if affectsConfig { try detach(try domain.xml(.inactive), .config) }
            }
            let isLive = impact.impact(of: given, on: domain, shell).contains(.live)
            if isLive || !affectsConfig {
                let chosen: Impact = isLive ? .live : []
                // A quirk of virsh: with --print-xml a failure has no closing line here.
                if isPrinting { return try detach(domain.xml(), chosen) }
                try shell.adding("Failed to detach interface") {
                    try detach(try domain.xml(), chosen)
                }
            }
            if !isPrinting { shell.printExtra("Interface detached successfully\n") }
        }
    }
}

extension LibvirtVersion {
    /// The first virsh whose `detach-interface` does not need a type.
    fileprivate static let anyInterfaceType = LibvirtVersion(12, 0)
}

extension Shell {
    /// Runs `body`. If it fails, prints the failure's own lines and fails with `line`, which
    /// therefore comes after them.
    fileprivate func adding(_ line: String, _ body: () throws -> Void) throws {
        do {
            try body()
        } catch let failure as CommandFailure {
            for line in failure.lines { printError(line) }
            throw CommandFailure(line)
        } catch is LibvirtError {
            throw CommandFailure(line)
        }
    }

    /// The interface of a type, and with an address if one is given, in a domain's XML.
    /// virsh 9.0.0: `virshDomainDetachInterface`.
    fileprivate func interface(
        _ type: String?, _ address: String?, in xml: String
    ) throws -> Node {
        let root: Node
        do throws(XMLError) {
            root = try Document(parsing: xml).root
        } catch {
            throw CommandFailure("Failed to get interface information")
        }
        // The type is put into the expression unescaped, as in virsh. Whatever is wrong with
        // the expression, the error below is about the interface.
        var interfaces: [Node] = []
        do throws(CommandFailure) {
            let condition = type.map { "[@type='\($0)']" } ?? ""
            interfaces = try nodes("/domain/devices/interface\(condition)", of: root)
        } catch {}
        guard let first = interfaces.first else {
            throw CommandFailure(
                type.map { "No interface found whose type is \($0)" } ?? "Domain has no interfaces")
        }
        guard let address else {
            guard interfaces.count == 1 else {
                throw CommandFailure(
                    "Domain has \(interfaces.count) interfaces. Please specify which one to "
                        + "detach using --mac")
            }
            return first
        }
        let matching = interfaces.filter {
            $0.string("./mac/@address").map(normalized) == normalized(address)
        }
        guard matching.count <= 1 else {
            throw CommandFailure(
                "Domain has multiple interfaces matching MAC address \(address). You must use "
                    + "detach-device and specify the device pci address to remove it.")
        }
        guard let match = matching.first else {
            throw CommandFailure("No interface with MAC address \(address) was found")
        }
        return match
    }
}

/// A MAC address in lower case and without leading zeros in its parts: libvirt compares
/// `52:54:00` and `52:54:0` as equal. libvirt 9.0.0: `virMacAddrCompare`.
private func normalized(_ address: String) -> String {
    address.lowercased().split(separator: ":", omittingEmptySubsequences: false).map { part in
        let digits = part.drop { $0 == "0" }
        return digits.isEmpty && !part.isEmpty ? "0" : String(digits)
    }.joined(separator: ":")
}
