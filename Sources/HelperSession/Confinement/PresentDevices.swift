import Libvirt
import XML

/// The devices of a domain in its persistent and its running configuration.
struct PresentDevices {
    private let devices: [Node]

    init(_ domain: Domain) throws {
        var documents = [try Document(parsing: domain.xml(.inactive))]
        if domain.id != nil { documents.append(try Document(parsing: domain.xml())) }
        devices = try documents.flatMap { (document) throws(XMLError) in
            try document.nodes("/domain/devices/*")
        }
    }

    /// Those that libvirt could take for the device that is described: disks by their target,
    /// interfaces by their address, and others by what they are.
    func matching(_ device: Node) -> [Node] {
        let sameKind = devices.filter { $0.name == device.name }
        let path: String
        switch device.name {
        case "disk": path = "./target/@dev"
        case "interface": path = "./mac/@address"
        default: return sameKind
        }
        // Without an address libvirt looks at other details.
        guard let key = device.string(path)?.lowercased() else { return sameKind }
        return sameKind.filter { $0.string(path)?.lowercased() == key }
    }

    func devices(alias: String) -> [Node] {
        devices.filter { $0.string("./alias/@name") == alias }
    }
}
