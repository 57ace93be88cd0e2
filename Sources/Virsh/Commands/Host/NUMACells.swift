import Libvirt
import XML

extension Shell {
    /// The root element of the host's capabilities. The command fails with `unavailable` if libvirt
    /// fails, and with `malformed` if the XML cannot be parsed.
    func capabilitiesRoot(
        orElse unavailable: String, orElse malformed: String
    ) throws(CommandFailure) -> Node {
        let connection = try connection
        let xml = try explaining(unavailable) { () throws(LibvirtError) in
            try connection.capabilities()
        }
        do throws(XMLError) {
            return try Document(parsing: xml).root
        } catch {
            error.report(in: "(capabilities)", version)
            throw CommandFailure(malformed)
        }
    }

    /// The numbers of the host's NUMA cells.
    func numaCells() throws -> [UInt64] {
        let unavailable = "unable to get node capabilities"
        let root = try capabilitiesRoot(orElse: unavailable, orElse: unavailable)
        return try root.nodes("/capabilities/host/topology/cells/cell").map { cell in
            guard let number = cell["id"].flatMap({ unsignedNumber($0) }) else {
                throw CommandFailure("conversion from string failed")
            }
            return number
        }
    }
}

extension XMLError {
    /// Reports the error as libvirt does for a document with this name. Newer versions name only
    /// files that libxml2 has opened, which version between 9.0 and 11.3 was the first is not
    /// known. libvirt 9.0.0: `catchXMLError` in virxml.c.
    func report(in name: String, _ version: LibvirtVersion) {
        let place = version < .init(9, 1) ? "\(name):\(line)" : "at line \(line)"
        LibvirtError(code: .xmlDetail, message: "\(place): \(message)\n\(excerpt)").report()
    }
}
