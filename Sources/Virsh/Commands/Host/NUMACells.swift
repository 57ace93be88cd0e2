import Libvirt
import XML

extension Shell {
    /// What the host can do, as a document; where it cannot be had or read, the command fails
    /// with such a line.
    func capabilitiesRoot(
        orElse unavailable: String, orElse unreadable: String
    ) throws(CommandFailure) -> Node {
        let connection = try connection
        let xml = try explaining(unavailable) { () throws(LibvirtError) in
            try connection.capabilities()
        }
        do throws(XMLError) {
            return try Document(parsing: xml).root
        } catch {
            error.report(in: "(capabilities)")
            throw CommandFailure(unreadable)
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
    /// Tells it as libvirt would of a document with this name.
    /// libvirt 9.0.0: `catchXMLError` in virxml.c.
    func report(in name: String) {
        LibvirtError(code: .xmlDetail, message: "\(name):\(line): \(message)\n\(excerpt)").report()
    }
}
