import CLibvirt

/// A filter at work on one interface of a guest. C: `virNWFilterBindingPtr`.
package final class NetworkFilterBinding: Sendable {
    // Safe to share: libvirt counts references and locks inside.
    nonisolated(unsafe) let pointer: virNWFilterBindingPtr

    /// Adopts the reference that libvirt handed to its caller.
    init(adopting pointer: virNWFilterBindingPtr) { self.pointer = pointer }
    deinit { virNWFilterBindingFree(pointer) }

    /// The host's side of the guest's interface, e.g. `vnet0`. C: `virNWFilterBindingGetPortDev`.
    package func port() throws(LibvirtError) -> String {
        String(libvirt: try check(virNWFilterBindingGetPortDev(pointer)))
    }

    /// C: `virNWFilterBindingGetFilterName`.
    package func filterName() throws(LibvirtError) -> String {
        String(libvirt: try check(virNWFilterBindingGetFilterName(pointer)))
    }

    /// Its description. C: `virNWFilterBindingGetXMLDesc`.
    package func xml() throws(LibvirtError) -> String {
        String(freeing: try check(virNWFilterBindingGetXMLDesc(pointer, 0)))
    }

    /// Takes the filter off the interface. C: `virNWFilterBindingDelete`.
    package func delete() throws(LibvirtError) { try check(virNWFilterBindingDelete(pointer)) }
}

extension Connection {
    /// C: `virNWFilterBindingLookupByPortDev`.
    package func networkFilterBinding(port: String) throws(LibvirtError) -> NetworkFilterBinding {
        NetworkFilterBinding(adopting: try check(virNWFilterBindingLookupByPortDev(pointer, port)))
    }

    /// `validate` checks the XML against the schema. C: `virNWFilterBindingCreateXML`.
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
