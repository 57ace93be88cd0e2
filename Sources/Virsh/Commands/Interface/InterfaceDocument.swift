import Libvirt
import XML

extension Shell {
    /// The parsed definition of an interface, not of the running one.
    func configuration(of interface: HostInterface, named name: String) throws -> Document {
        let xml = try interface.xml(.inactive)
        do throws(XMLError) {
            return try Document(parsing: xml)
        } catch {
            LibvirtError(code: .xmlError, message: "XML error: \(error.message)").report()
            throw CommandFailure("Failed to parse configuration of \(name)")
        }
    }
}

extension Node {
    /// Fails if the XML is that of another interface.
    func checkInterfaceName(_ name: String) throws(CommandFailure) {
        let found = self["name"]
        guard found == name else {
            throw CommandFailure(
                "Interface name from config \(found ?? "(null)") doesn't match given supplied "
                    + "name \(name)")
        }
    }

    /// Moves the elements for the device into another interface. The addresses stay: they belong to
    /// whichever interface is the outer one.
    func moveDevice(to interface: Node) {
        for child in children
        where child.isElement && ["mac", "bond", "vlan"].contains(child.name) {
            child.move(into: interface)
        }
    }
}
