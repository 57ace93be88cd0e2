import CLibvirt

/// A network interface of the host itself. C: `virInterfacePtr`.
package final class HostInterface: Sendable {
    // Safe to share: libvirt counts references and locks inside.
    nonisolated(unsafe) let pointer: virInterfacePtr

    /// Adopts the reference that libvirt handed to its caller.
    init(adopting pointer: virInterfacePtr) { self.pointer = pointer }
    deinit { virInterfaceFree(pointer) }

    /// Its name, e.g. `eth0`. C: `virInterfaceGetName`.
    package func name() throws(LibvirtError) -> String {
        String(libvirt: try check(virInterfaceGetName(pointer)))
    }

    /// Its MAC address, e.g. `52:54:00:00:00:01`; fails where it has none.
    /// C: `virInterfaceGetMACString`.
    package func mac() throws(LibvirtError) -> String {
        String(libvirt: try check(virInterfaceGetMACString(pointer)))
    }

    /// C: `virInterfaceIsActive`.
    package func isActive() throws(LibvirtError) -> Bool {
        try check(virInterfaceIsActive(pointer)) != 0
    }

    package struct XMLFlags: OptionSet, Sendable {
        package let rawValue: UInt32
        package init(rawValue: UInt32) { self.rawValue = rawValue }
        /// As it will be after its next start.
        package static let inactive = Self(rawValue: VIR_INTERFACE_XML_INACTIVE.rawValue)
    }

    /// Its description. C: `virInterfaceGetXMLDesc`.
    package func xml(_ flags: XMLFlags = []) throws(LibvirtError) -> String {
        String(freeing: try check(virInterfaceGetXMLDesc(pointer, flags.rawValue)))
    }

    /// Brings it up. C: `virInterfaceCreate`.
    package func start() throws(LibvirtError) { try check(virInterfaceCreate(pointer, 0)) }

    /// Takes it down. C: `virInterfaceDestroy`.
    package func destroy() throws(LibvirtError) { try check(virInterfaceDestroy(pointer, 0)) }

    /// Forgets its configuration. C: `virInterfaceUndefine`.
    package func undefine() throws(LibvirtError) { try check(virInterfaceUndefine(pointer)) }
}

extension Connection {
    /// C: `virInterfaceLookupByName`.
    package func interface(name: String) throws(LibvirtError) -> HostInterface {
        HostInterface(adopting: try check(virInterfaceLookupByName(pointer, name)))
    }

    /// C: `virInterfaceLookupByMACString`.
    package func interface(mac: String) throws(LibvirtError) -> HostInterface {
        HostInterface(adopting: try check(virInterfaceLookupByMACString(pointer, mac)))
    }

    /// Defines an interface or changes the definition of one. `validate` checks the XML against
    /// the schema. C: `virInterfaceDefineXML`.
    package func defineInterface(
        xml: String, validate: Bool = false
    ) throws(LibvirtError) -> HostInterface {
        HostInterface(
            adopting: try check(
                virInterfaceDefineXML(
                    pointer, xml, validate ? VIR_INTERFACE_DEFINE_VALIDATE.rawValue : 0)))
    }

    /// Which interfaces a list has. C: `virConnectListAllInterfacesFlags`.
    package struct InterfaceFilter: OptionSet, Sendable {
        package let rawValue: UInt32
        package init(rawValue: UInt32) { self.rawValue = rawValue }
        private init(_ flag: virConnectListAllInterfacesFlags) { rawValue = flag.rawValue }
        package static let inactive = Self(VIR_CONNECT_LIST_INTERFACES_INACTIVE)
        package static let active = Self(VIR_CONNECT_LIST_INTERFACES_ACTIVE)
    }

    /// All interfaces that the filter lets through, in no order.
    /// C: `virConnectListAllInterfaces`.
    package func interfaces(_ filter: InterfaceFilter) throws(LibvirtError) -> [HostInterface] {
        try adoptList(
            { virConnectListAllInterfaces(pointer, $0, filter.rawValue) },
            HostInterface.init(adopting:))
    }

    /// Begins a change that can be taken back. C: `virInterfaceChangeBegin`.
    package func beginInterfaceChange() throws(LibvirtError) {
        try check(virInterfaceChangeBegin(pointer, 0))
    }

    /// Keeps what changed since the beginning. C: `virInterfaceChangeCommit`.
    package func commitInterfaceChange() throws(LibvirtError) {
        try check(virInterfaceChangeCommit(pointer, 0))
    }

    /// Takes back what changed since the beginning. C: `virInterfaceChangeRollback`.
    package func rollBackInterfaceChange() throws(LibvirtError) {
        try check(virInterfaceChangeRollback(pointer, 0))
    }
}
