import CLibvirt

/// The place of one guest's interface in a network. C: `virNetworkPortPtr`.
package final class NetworkPort: Sendable {
    // Safe to share: libvirt counts references and locks inside.
    nonisolated(unsafe) let pointer: virNetworkPortPtr

    /// Adopts the reference that libvirt handed to its caller.
    init(adopting pointer: virNetworkPortPtr) { self.pointer = pointer }
    deinit { virNetworkPortFree(pointer) }

    /// Its UUID in the form `4dea22b3-1d52-d8f3-2516-782e98ab3fa0`.
    /// C: `virNetworkPortGetUUIDString`.
    package func uuid() throws(LibvirtError) -> String {
        try uuidText { (text) throws(LibvirtError) in
            try check(virNetworkPortGetUUIDString(pointer, text))
        }
    }

    /// Its description. C: `virNetworkPortGetXMLDesc`.
    package func xml() throws(LibvirtError) -> String {
        String(freeing: try check(virNetworkPortGetXMLDesc(pointer, 0)))
    }

    /// Removes it. C: `virNetworkPortDelete`.
    package func delete() throws(LibvirtError) { try check(virNetworkPortDelete(pointer, 0)) }
}

extension Network {
    /// C: `virNetworkPortLookupByUUIDString`.
    package func port(uuid: String) throws(LibvirtError) -> NetworkPort {
        NetworkPort(adopting: try check(virNetworkPortLookupByUUIDString(pointer, uuid)))
    }

    /// `validate` checks the XML against the schema. C: `virNetworkPortCreateXML`.
    package func createPort(xml: String, validate: Bool) throws(LibvirtError) -> NetworkPort {
        NetworkPort(
            adopting: try check(
                virNetworkPortCreateXML(
                    pointer, xml, validate ? VIR_NETWORK_PORT_CREATE_VALIDATE.rawValue : 0)))
    }

    /// All its ports, in no order. C: `virNetworkListAllPorts`.
    package func ports() throws(LibvirtError) -> [NetworkPort] {
        try adoptList(
            { virNetworkListAllPorts(pointer, $0, 0) }, NetworkPort.init(adopting:))
    }
}
