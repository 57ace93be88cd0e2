import CLibvirt

/// A filter that is applied to one interface of a guest. C: `virNWFilterBindingPtr`.
package final class NetworkFilterBinding: Sendable {
    // Safe to share: libvirt does its own reference counting and locking.
    nonisolated(unsafe) let pointer: virNWFilterBindingPtr

    /// Takes ownership of a reference that libvirt returned.
    init(adopting pointer: virNWFilterBindingPtr) { self.pointer = pointer }
    deinit { virNWFilterBindingFree(pointer) }

    /// The host's end of the guest's interface, e.g. `vnet0`. C: `virNWFilterBindingGetPortDev`.
    package func port() throws(LibvirtError) -> String {
        String(libvirt: try check(virNWFilterBindingGetPortDev(pointer)))
    }

    /// The filter's name. C: `virNWFilterBindingGetFilterName`.
    package func filterName() throws(LibvirtError) -> String {
        String(libvirt: try check(virNWFilterBindingGetFilterName(pointer)))
    }

    /// The description, a document `<filterbinding>`. C: `virNWFilterBindingGetXMLDesc`.
    package func xml() throws(LibvirtError) -> String {
        String(freeing: try check(virNWFilterBindingGetXMLDesc(pointer, 0)))
    }

    /// Removes the filter from the interface. C: `virNWFilterBindingDelete`.
    package func delete() throws(LibvirtError) { try check(virNWFilterBindingDelete(pointer)) }
}

extension Connection {
    /// The binding of an interface, by the host's end, e.g. `vnet0`.
    /// C: `virNWFilterBindingLookupByPortDev`.
    package func networkFilterBinding(port: String) throws(LibvirtError) -> NetworkFilterBinding {
        NetworkFilterBinding(adopting: try check(virNWFilterBindingLookupByPortDev(pointer, port)))
    }

    /// Applies a filter to an interface. `validate` checks the XML against the schema.
    /// C: `virNWFilterBindingCreateXML`.
    package func createNetworkFilterBinding(
        xml: String, validate: Bool
    ) throws(LibvirtError) -> NetworkFilterBinding {
        NetworkFilterBinding(
            adopting: try check(
                virNWFilterBindingCreateXML(
                    pointer, xml, validate ? VIR_NWFILTER_BINDING_CREATE_VALIDATE.rawValue : 0)))
    }

    /// All bindings, in no order. C: `virConnectListAllNWFilterBindings`.
    package func networkFilterBindings() throws(LibvirtError) -> [NetworkFilterBinding] {
        try adoptList(
            { virConnectListAllNWFilterBindings(pointer, $0, 0) },
            NetworkFilterBinding.init(adopting:))
    }
}
