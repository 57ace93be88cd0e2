import Confinement
import Libvirt
import Policy
import XML

extension Command {
    /// virsh 9.0.0: `cmdUpdateMemoryDevice` in virsh-domain.c.
    static let updateMemoryDevice = Command(
        "update-memory-device", .tune, on: .domain, help: "update a memory device"
    ) { options in
        let domain = options.domain()
        let impact = options.impact()
        let printXML = options.flag("print-xml", "only print the device's XML")
        let alias = options.string("alias", "alias of the device")
        let node = options.number("node", "guest NUMA node of the device", as: .uint32)
        let size = options.number(
            "requested-size", "size to request from a virtio-mem device, in KiB or with a unit",
            as: .scaled(1024))

        return { shell, given in
            let chosen = try impact.impact(of: given)
            try given.exclusive(node, alias)
            let domain = try shell.domain(given[domain])
            let root = try shell.description(
                of: domain, chosen.contains(.config) ? .inactive : [])
            let alias = try given[alias]
            // Without --node and --alias, the domain must have exactly one memory device.
            var xpath = "/domain/devices/memory"
            if let node = try given[node] {
                xpath += "[./target/node='\(node)']"
            } else if let alias {
                xpath += "[./alias/@name='\(alias)']"
            }
            let devices = try shell.nodes(xpath, of: root)
            guard let device = devices.first else {
                throw CommandFailure("no memory device found")
            }
            guard devices.count == 1 else {
                throw CommandFailure(
                    "multiple memory devices found, use --alias or --node to select one")
            }
            if let size = try given[size] {
                guard let requested = try device.nodes("./target/requested").first else {
                    throw CommandFailure("virtio-mem device is missing <requested/>")
                }
                // The element is in KiB; round up, as virsh does.
                _ = requested.setContent("\(size / 1024 + (size % 1024 > 0 ? 1 : 0))")
            }
            let xml = device.serialized(format: true)
            if try given[printXML] { return shell.print(xml) }
            try domain.updateDevice(
                shell.gate.judged(presentDevice: xml, of: domain), chosen)
        }
    }
}
