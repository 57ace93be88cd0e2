import Libvirt
import XML

extension Shell {
    /// What an interface will be after its next start, parsed.
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
    /// Refuses a description of another interface than the one that was named.
    func checkInterfaceName(_ name: String) throws(CommandFailure) {
        let found = self["name"]
        guard found == name else {
            throw CommandFailure(
                "Interface name from config \(found ?? "(null)") doesn't match given supplied "
                    + "name \(name)")
        }
    }

    /// Moves what describes a device itself, not its addresses, into another interface.
    func moveDevice(to interface: Node) {
        for child in children
        where child.isElement && ["mac", "bond", "vlan"].contains(child.name) {
            child.move(into: interface)
        }
    }
}
