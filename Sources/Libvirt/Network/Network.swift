import CLibvirt
import Glibc

/// A virtual network of the host. C: `virNetworkPtr`.
package final class Network: Sendable {
    // Safe to share: libvirt counts references and locks inside.
    nonisolated(unsafe) let pointer: virNetworkPtr

    /// Adopts the reference that libvirt handed to its caller.
    init(adopting pointer: virNetworkPtr) { self.pointer = pointer }
    deinit { virNetworkFree(pointer) }

    /// Its name, unique on the host. C: `virNetworkGetName`.
    package func name() throws(LibvirtError) -> String {
        String(libvirt: try check(virNetworkGetName(pointer)))
    }

    /// Its UUID in the form `4dea22b3-1d52-d8f3-2516-782e98ab3fa0`.
    /// C: `virNetworkGetUUIDString`.
    package func uuid() throws(LibvirtError) -> String {
        try uuidText { (text) throws(LibvirtError) in
            try check(virNetworkGetUUIDString(pointer, text))
        }
    }

    /// The host's interface, e.g. `virbr0`; fails where the network has none.
    /// C: `virNetworkGetBridgeName`.
    package func bridgeName() throws(LibvirtError) -> String {
        String(freeing: try check(virNetworkGetBridgeName(pointer)))
    }

    /// C: `virNetworkIsActive`.
    package func isActive() throws(LibvirtError) -> Bool {
        try check(virNetworkIsActive(pointer)) != 0
    }

    /// Whether it outlives its stop. C: `virNetworkIsPersistent`.
    package func isPersistent() throws(LibvirtError) -> Bool {
        try check(virNetworkIsPersistent(pointer)) != 0
    }

    /// Whether it starts with the host. C: `virNetworkGetAutostart`.
    package func autostarts() throws(LibvirtError) -> Bool {
        var value: Int32 = 0
        try check(virNetworkGetAutostart(pointer, &value))
        return value != 0
    }

    /// C: `virNetworkSetAutostart`.
    package func setAutostart(_ autostart: Bool) throws(LibvirtError) {
        try check(virNetworkSetAutostart(pointer, autostart ? 1 : 0))
    }

    package struct XMLFlags: OptionSet, Sendable {
        package let rawValue: UInt32
        package init(rawValue: UInt32) { self.rawValue = rawValue }
        /// As it will be after its next start.
        package static let inactive = Self(rawValue: VIR_NETWORK_XML_INACTIVE.rawValue)
    }

    /// Its description. C: `virNetworkGetXMLDesc`.
    package func xml(_ flags: XMLFlags = []) throws(LibvirtError) -> String {
        String(freeing: try check(virNetworkGetXMLDesc(pointer, flags.rawValue)))
    }

    /// Starts it. C: `virNetworkCreate`.
    package func start() throws(LibvirtError) { try check(virNetworkCreate(pointer)) }

    /// Stops it. C: `virNetworkDestroy`.
    package func destroy() throws(LibvirtError) { try check(virNetworkDestroy(pointer)) }

    /// Forgets its configuration. C: `virNetworkUndefine`.
    package func undefine() throws(LibvirtError) { try check(virNetworkUndefine(pointer)) }
}

extension Connection {
    /// C: `virNetworkLookupByUUIDString`.
    package func network(uuid: String) throws(LibvirtError) -> Network {
        Network(adopting: try check(virNetworkLookupByUUIDString(pointer, uuid)))
    }

    /// C: `virNetworkLookupByName`.
    package func network(name: String) throws(LibvirtError) -> Network {
        Network(adopting: try check(virNetworkLookupByName(pointer, name)))
    }

    /// Starts a network that is gone when it stops. `validate` checks the XML against the schema.
    /// C: `virNetworkCreateXML`, `virNetworkCreateXMLFlags`.
    package func createNetwork(xml: String, validate: Bool) throws(LibvirtError) -> Network {
        Network(
            adopting: try check(
                validate
                    ? virNetworkCreateXMLFlags(
                        pointer, xml, VIR_NETWORK_CREATE_VALIDATE.rawValue)
                    : virNetworkCreateXML(pointer, xml.cText)))
    }

    /// Defines a network or changes the definition of one.
    /// C: `virNetworkDefineXML`, `virNetworkDefineXMLFlags`.
    package func defineNetwork(xml: String, validate: Bool = false) throws(LibvirtError) -> Network
    {
        Network(
            adopting: try check(
                validate
                    ? virNetworkDefineXMLFlags(
                        pointer, xml, VIR_NETWORK_DEFINE_VALIDATE.rawValue)
                    : virNetworkDefineXML(pointer, xml.cText)))
    }

    /// Which networks a list has; groups that are left out filter nothing.
    /// C: `virConnectListAllNetworksFlags`.
    package struct NetworkListFilter: OptionSet, Sendable {
        package let rawValue: UInt32
        package init(rawValue: UInt32) { self.rawValue = rawValue }
        private init(_ flag: virConnectListAllNetworksFlags) { rawValue = flag.rawValue }
        package static let inactive = Self(VIR_CONNECT_LIST_NETWORKS_INACTIVE)
        package static let active = Self(VIR_CONNECT_LIST_NETWORKS_ACTIVE)
        package static let persistent = Self(VIR_CONNECT_LIST_NETWORKS_PERSISTENT)
        package static let transient = Self(VIR_CONNECT_LIST_NETWORKS_TRANSIENT)
        package static let autostart = Self(VIR_CONNECT_LIST_NETWORKS_AUTOSTART)
        package static let noAutostart = Self(VIR_CONNECT_LIST_NETWORKS_NO_AUTOSTART)
    }

    /// All networks that the filter lets through, in no order. C: `virConnectListAllNetworks`.
    package func networks(_ filter: NetworkListFilter = []) throws(LibvirtError) -> [Network] {
        try adoptList(
            { virConnectListAllNetworks(pointer, $0, filter.rawValue) }, Network.init(adopting:))
    }
}
