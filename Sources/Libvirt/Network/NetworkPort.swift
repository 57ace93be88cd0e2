import CLibvirt

/// The connection of one guest's interface to a network. C: `virNetworkPortPtr`.
package final class NetworkPort: Sendable {
    // Safe to share: libvirt does its own reference counting and locking.
    nonisolated(unsafe) let pointer: virNetworkPortPtr

    /// Takes ownership of a reference that libvirt returned.
    init(adopting pointer: virNetworkPortPtr) { self.pointer = pointer }
    deinit { virNetworkPortFree(pointer) }

    /// The UUID, e.g. `4dea22b3-1d52-d8f3-2516-782e98ab3fa0`.
    /// C: `virNetworkPortGetUUIDString`.
    package func uuid() throws(LibvirtError) -> String {
        try uuidText { (text) throws(LibvirtError) in
            try check(virNetworkPortGetUUIDString(pointer, text))
        }
    }

    /// The description, a document `<networkport>`. C: `virNetworkPortGetXMLDesc`.
    package func xml() throws(LibvirtError) -> String {
        String(freeing: try check(virNetworkPortGetXMLDesc(pointer, 0)))
    }

    /// Deletes the port. C: `virNetworkPortDelete`.
    package func delete() throws(LibvirtError) { try check(virNetworkPortDelete(pointer, 0)) }
}

extension Network {
    /// The port with this UUID. `LibvirtError.Code.noNetworkPort` if there is none.
    /// C: `virNetworkPortLookupByUUIDString`.
    package func port(uuid: String) throws(LibvirtError) -> NetworkPort {
        NetworkPort(adopting: try check(virNetworkPortLookupByUUIDString(pointer, uuid)))
    }

    /// Creates a port. `validate` checks the XML against the schema. C: `virNetworkPortCreateXML`.
    package func createPort(xml: String, validate: Bool) throws(LibvirtError) -> NetworkPort {
        NetworkPort(
            adopting: try check(
                virNetworkPortCreateXML(
                    pointer, xml, validate ? VIR_NETWORK_PORT_CREATE_VALIDATE.rawValue : 0)))
    }

    /// All ports, in no order. C: `virNetworkListAllPorts`.
    package func ports() throws(LibvirtError) -> [NetworkPort] {
        try adoptList(
            { virNetworkListAllPorts(pointer, $0, 0) }, NetworkPort.init(adopting:))
    }
}
