import Libvirt
import Policy
import XML

extension Command {
    /// virsh 9.0.0: `cmdVNCDisplay` in virsh-domain.c.
    static let vncdisplay = Command(
        "vncdisplay", .read, on: .domain, help: "the VNC display of a guest, e.g. ':1'"
    ) { options in
        let domain = options.domain()

        return { shell, given in
            let domain = try shell.domain(given[domain])
            guard shell.mayRun(domain) else { throw CommandFailure("Domain is not running") }
            let root = try shell.description(of: domain)
            let graphics = "/domain/devices/graphics[@type='vnc']"
            let port = root.string("\(graphics)/@port").flatMap(signedNumber)
            guard let port = port.flatMap({ Int32(exactly: $0) }) else {
                throw CommandFailure("Failed to get VNC port. Is this domain using VNC?")
            }
            let listen =
                root.string("\(graphics)/@listen") ?? root.string("\(graphics)/listen/@address")
            // VNC counts displays from port 5900. Unlike `domdisplay`, virsh leaves out only the
            // IPv4 wildcard address here.
            let address = listen == "0.0.0.0" ? "" : listen ?? ""
            shell.print("\(address):\(port &- 5900)\n")
        }
    }
}
