import CLibvirt
import Policy

/// A virtual network of the host. C: `virNetworkPtr`.
package final class Network: Sendable {
    // Safe to share: libvirt does its own reference counting and locking.
    nonisolated(unsafe) let pointer: virNetworkPtr

    /// Takes ownership of a reference that libvirt returned.
    init(adopting pointer: virNetworkPtr) { self.pointer = pointer }
    deinit { virNetworkFree(pointer) }

    /// The name, unique on the host. C: `virNetworkGetName`.
    package func name() throws(LibvirtError) -> String {
        String(libvirt: try check(virNetworkGetName(pointer)))
    }

    /// The UUID, e.g. `4dea22b3-1d52-d8f3-2516-782e98ab3fa0`.
    /// C: `virNetworkGetUUIDString`.
    package func uuid() throws(LibvirtError) -> String {
        try uuidText { (text) throws(LibvirtError) in
            try check(virNetworkGetUUIDString(pointer, text))
        }
    }

    /// The name of the bridge on the host, e.g. `virbr0`; fails if the network has none.
    /// C: `virNetworkGetBridgeName`.
    package func bridgeName() throws(LibvirtError) -> String {
        String(freeing: try check(virNetworkGetBridgeName(pointer)))
    }

    /// Whether the network is started. C: `virNetworkIsActive`.
    package func isActive() throws(LibvirtError) -> Bool {
        try check(virNetworkIsActive(pointer)) != 0
    }

    /// Whether the network stays defined when it is stopped. C: `virNetworkIsPersistent`.
    package func isPersistent() throws(LibvirtError) -> Bool {
        try check(virNetworkIsPersistent(pointer)) != 0
    }

    /// Whether it starts when the host does. C: `virNetworkGetAutostart`.
    package func autostarts() throws(LibvirtError) -> Bool {
        var value: Int32 = 0
        try check(virNetworkGetAutostart(pointer, &value))
        return value != 0
    }

    /// Sets whether it starts when the host does. C: `virNetworkSetAutostart`.
    package func setAutostart(_ autostart: Bool) throws(LibvirtError) {
        try check(virNetworkSetAutostart(pointer, autostart ? 1 : 0))
    }

    /// Which description is meant. C: `virNetworkXMLFlags`.
    package struct XMLFlags: OptionSet, Sendable {
        package let rawValue: UInt32
        package init(rawValue: UInt32) { self.rawValue = rawValue }
        /// For the next start. C: `VIR_NETWORK_XML_INACTIVE`.
        package static let inactive = Self(rawValue: VIR_NETWORK_XML_INACTIVE.rawValue)
    }

    /// The description, a document `<network>`. C: `virNetworkGetXMLDesc`.
    package func xml(_ flags: XMLFlags = []) throws(LibvirtError) -> String {
        String(freeing: try check(virNetworkGetXMLDesc(pointer, flags.rawValue)))
    }

    /// Starts the network. C: `virNetworkCreate`.
    package func start() throws(LibvirtError) { try check(virNetworkCreate(pointer)) }

    /// Stops the network. C: `virNetworkDestroy`.
    package func destroy() throws(LibvirtError) { try check(virNetworkDestroy(pointer)) }

    /// Removes the definition. C: `virNetworkUndefine`.
    package func undefine() throws(LibvirtError) { try check(virNetworkUndefine(pointer)) }
}

extension Connection {
    /// The network with this UUID. `LibvirtError.Code.noNetwork` if there is none.
    /// C: `virNetworkLookupByUUIDString`.
    package func network(uuid: String) throws(LibvirtError) -> Network {
        guard policy.showsAllObjects else {
            return try granted(
                networks(), .noNetwork, "Network not found: no network with matching uuid '\(uuid)'"
            ) { (network) throws(LibvirtError) in isSame(uuid: try network.uuid(), as: uuid) }
        }
        return Network(adopting: try check(virNetworkLookupByUUIDString(pointer, uuid)))
    }

    /// The network with this name; see `network(uuid:)`. C: `virNetworkLookupByName`.
    package func network(name: String) throws(LibvirtError) -> Network {
        guard policy.showsAllObjects else {
            return try granted(
                networks(), .noNetwork, "Network not found: no network with matching name '\(name)'"
            ) { (network) throws(LibvirtError) in isSame(try network.name(), name) }
        }
        return Network(adopting: try check(virNetworkLookupByName(pointer, name)))
    }

    /// Starts a transient network, which is gone when it stops. `validate` checks the XML against
    /// the schema. C: `virNetworkCreateXML`, `virNetworkCreateXMLFlags`.
    package func createNetwork(xml: String, validate: Bool) throws(LibvirtError) -> Network {
        Network(
            adopting: try check(
                validate
                    ? virNetworkCreateXMLFlags(
                        pointer, xml, VIR_NETWORK_CREATE_VALIDATE.rawValue)
                    : virNetworkCreateXML(pointer, xml.cText)))
    }

    /// Defines a network or changes its definition. `validate` checks the XML against the schema.
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

    /// Which networks a list contains. The flags form groups, e.g. `active` and `inactive`; a group
    /// without a flag does not filter.
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

    /// All networks that match the filter, in no order. C: `virConnectListAllNetworks`.
    package func networks(_ filter: NetworkListFilter = []) throws(LibvirtError) -> [Network] {
        let all = try adoptList(
            { virConnectListAllNetworks(pointer, $0, filter.rawValue) }, Network.init(adopting:))
        guard !policy.showsAllObjects else { return all }
        var granted: [Network] = []
        for network in all where policy.shows(network: try network.name()) {
            granted.append(network)
        }
        return granted
    }

    /// How many networks are active or inactive; for drivers that cannot list them.
    /// C: `virConnectNumOfNetworks`, `virConnectNumOfDefinedNetworks`.
    package func networkCount(active: Bool) throws(LibvirtError) -> Int32 {
        try check(
            active ? virConnectNumOfNetworks(pointer) : virConnectNumOfDefinedNetworks(pointer))
    }
}
