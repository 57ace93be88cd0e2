import CLibvirt

/// A network interface of the host. C: `virInterfacePtr`.
package final class HostInterface: Sendable {
    // Safe to share: libvirt does its own reference counting and locking.
    nonisolated(unsafe) let pointer: virInterfacePtr

    /// Takes ownership of a reference that libvirt returned.
    init(adopting pointer: virInterfacePtr) { self.pointer = pointer }
    deinit { virInterfaceFree(pointer) }

    /// The name, e.g. `eth0`. C: `virInterfaceGetName`.
    package func name() throws(LibvirtError) -> String {
        String(libvirt: try check(virInterfaceGetName(pointer)))
    }

    /// The MAC address, e.g. `52:54:00:00:00:01`; fails if there is none.
    /// C: `virInterfaceGetMACString`.
    package func mac() throws(LibvirtError) -> String {
        String(libvirt: try check(virInterfaceGetMACString(pointer)))
    }

    /// Whether the interface is up. C: `virInterfaceIsActive`.
    package func isActive() throws(LibvirtError) -> Bool {
        try check(virInterfaceIsActive(pointer)) != 0
    }

    /// Which description is meant. C: `virInterfaceXMLFlags`.
    package struct XMLFlags: OptionSet, Sendable {
        package let rawValue: UInt32
        package init(rawValue: UInt32) { self.rawValue = rawValue }
        /// For the next start. C: `VIR_INTERFACE_XML_INACTIVE`.
        package static let inactive = Self(rawValue: VIR_INTERFACE_XML_INACTIVE.rawValue)
    }

    /// The description, a document `<interface>`. C: `virInterfaceGetXMLDesc`.
    package func xml(_ flags: XMLFlags = []) throws(LibvirtError) -> String {
        String(freeing: try check(virInterfaceGetXMLDesc(pointer, flags.rawValue)))
    }

    /// Brings the interface up. C: `virInterfaceCreate`.
    package func start() throws(LibvirtError) { try check(virInterfaceCreate(pointer, 0)) }

    /// Takes the interface down. C: `virInterfaceDestroy`.
    package func destroy() throws(LibvirtError) { try check(virInterfaceDestroy(pointer, 0)) }

    /// Removes the definition. C: `virInterfaceUndefine`.
    package func undefine() throws(LibvirtError) { try check(virInterfaceUndefine(pointer)) }
}

extension Connection {
    /// The interface with this name. `LibvirtError.Code.noInterface` if there is none.
    /// C: `virInterfaceLookupByName`.
    package func interface(name: String) throws(LibvirtError) -> HostInterface {
        HostInterface(adopting: try check(virInterfaceLookupByName(pointer, name)))
    }

    /// The interface with this MAC address; see `interface(name:)`.
    /// C: `virInterfaceLookupByMACString`.
    package func interface(mac: String) throws(LibvirtError) -> HostInterface {
        HostInterface(adopting: try check(virInterfaceLookupByMACString(pointer, mac)))
    }

    /// Defines an interface or changes its definition. `validate` checks the XML against the
    /// schema. C: `virInterfaceDefineXML`.
    package func defineInterface(
        xml: String, validate: Bool = false
    ) throws(LibvirtError) -> HostInterface {
        HostInterface(
            adopting: try check(
                virInterfaceDefineXML(
                    pointer, xml, validate ? VIR_INTERFACE_DEFINE_VALIDATE.rawValue : 0)))
    }

    /// Which interfaces a list contains. C: `virConnectListAllInterfacesFlags`.
    package struct InterfaceFilter: OptionSet, Sendable {
        package let rawValue: UInt32
        package init(rawValue: UInt32) { self.rawValue = rawValue }
        private init(_ flag: virConnectListAllInterfacesFlags) { rawValue = flag.rawValue }
        package static let inactive = Self(VIR_CONNECT_LIST_INTERFACES_INACTIVE)
        package static let active = Self(VIR_CONNECT_LIST_INTERFACES_ACTIVE)
    }

    /// All interfaces that match the filter, in no order.
    /// C: `virConnectListAllInterfaces`.
    package func interfaces(_ filter: InterfaceFilter) throws(LibvirtError) -> [HostInterface] {
        try adoptList(
            { virConnectListAllInterfaces(pointer, $0, filter.rawValue) },
            HostInterface.init(adopting:))
    }

    /// How many interfaces are active or inactive; for drivers that cannot list them.
    /// C: `virConnectNumOfInterfaces`, `virConnectNumOfDefinedInterfaces`.
    package func interfaceCount(active: Bool) throws(LibvirtError) -> Int32 {
        try check(
            active
                ? virConnectNumOfInterfaces(pointer) : virConnectNumOfDefinedInterfaces(pointer))
    }

    /// Saves the configuration of all interfaces, so that later changes can be rolled back.
    /// C: `virInterfaceChangeBegin`.
    package func beginInterfaceChange() throws(LibvirtError) {
        try check(virInterfaceChangeBegin(pointer, 0))
    }

    /// Keeps the changes since `beginInterfaceChange`. C: `virInterfaceChangeCommit`.
    package func commitInterfaceChange() throws(LibvirtError) {
        try check(virInterfaceChangeCommit(pointer, 0))
    }

    /// Restores the configuration that `beginInterfaceChange` saved.
    /// C: `virInterfaceChangeRollback`.
    package func rollBackInterfaceChange() throws(LibvirtError) {
        try check(virInterfaceChangeRollback(pointer, 0))
    }
}
