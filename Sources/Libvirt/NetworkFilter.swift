import CLibvirt

/// Rules for the packets of guests. C: `virNWFilterPtr`.
package final class NetworkFilter: Sendable {
    // Safe to share: libvirt counts references and locks inside.
    nonisolated(unsafe) let pointer: virNWFilterPtr

    /// Adopts the reference that libvirt handed to its caller.
    init(adopting pointer: virNWFilterPtr) { self.pointer = pointer }
    deinit { virNWFilterFree(pointer) }

    /// Its name, unique on the host. C: `virNWFilterGetName`.
    package func name() throws(LibvirtError) -> String {
        String(libvirt: try check(virNWFilterGetName(pointer)))
    }

    /// Its UUID in the form `4dea22b3-1d52-d8f3-2516-782e98ab3fa0`.
    /// C: `virNWFilterGetUUIDString`.
    package func uuid() throws(LibvirtError) -> String {
        try uuidText { (text) throws(LibvirtError) in
            try check(virNWFilterGetUUIDString(pointer, text))
        }
    }

    /// Its description. C: `virNWFilterGetXMLDesc`.
    package func xml() throws(LibvirtError) -> String {
        String(freeing: try check(virNWFilterGetXMLDesc(pointer, 0)))
    }

    /// Forgets its configuration. C: `virNWFilterUndefine`.
    package func undefine() throws(LibvirtError) { try check(virNWFilterUndefine(pointer)) }
}

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
    /// C: `virNWFilterLookupByUUIDString`.
    package func networkFilter(uuid: String) throws(LibvirtError) -> NetworkFilter {
        NetworkFilter(adopting: try check(virNWFilterLookupByUUIDString(pointer, uuid)))
    }

    /// C: `virNWFilterLookupByName`.
    package func networkFilter(name: String) throws(LibvirtError) -> NetworkFilter {
        NetworkFilter(adopting: try check(virNWFilterLookupByName(pointer, name)))
    }

    /// Defines a filter or changes the definition of one. `validate` checks the XML against the
    /// schema. C: `virNWFilterDefineXML`, `virNWFilterDefineXMLFlags`.
    package func defineNetworkFilter(
        xml: String, validate: Bool = false
    ) throws(LibvirtError) -> NetworkFilter {
        NetworkFilter(
            adopting: try check(
                validate
                    ? virNWFilterDefineXMLFlags(
                        pointer, xml, VIR_NWFILTER_DEFINE_VALIDATE.rawValue)
                    : virNWFilterDefineXML(pointer, xml.cText)))
    }

    /// All filters, in no order. C: `virConnectListAllNWFilters`.
    package func networkFilters() throws(LibvirtError) -> [NetworkFilter] {
        try adoptList(
            { virConnectListAllNWFilters(pointer, $0, 0) }, NetworkFilter.init(adopting:))
    }

    /// How many filters there are; older drivers know no list. C: `virConnectNumOfNWFilters`.
    package func networkFilterCount() throws(LibvirtError) -> Int32 {
        try check(virConnectNumOfNWFilters(pointer))
    }

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
