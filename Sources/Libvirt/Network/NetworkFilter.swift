import CLibvirt

/// A set of firewall rules for the packets of guests. C: `virNWFilterPtr`.
package final class NetworkFilter: Sendable {
    // Safe to share: libvirt does its own reference counting and locking.
    nonisolated(unsafe) let pointer: virNWFilterPtr

    /// Takes ownership of a reference that libvirt returned.
    init(adopting pointer: virNWFilterPtr) { self.pointer = pointer }
    deinit { virNWFilterFree(pointer) }

    /// The name, unique on the host. C: `virNWFilterGetName`.
    package func name() throws(LibvirtError) -> String {
        String(libvirt: try check(virNWFilterGetName(pointer)))
    }

    /// The UUID, e.g. `4dea22b3-1d52-d8f3-2516-782e98ab3fa0`.
    /// C: `virNWFilterGetUUIDString`.
    package func uuid() throws(LibvirtError) -> String {
        try uuidText { (text) throws(LibvirtError) in
            try check(virNWFilterGetUUIDString(pointer, text))
        }
    }

    /// The description, a document `<filter>`. C: `virNWFilterGetXMLDesc`.
    package func xml() throws(LibvirtError) -> String {
        String(freeing: try check(virNWFilterGetXMLDesc(pointer, 0)))
    }

    /// Removes the definition. C: `virNWFilterUndefine`.
    package func undefine() throws(LibvirtError) { try check(virNWFilterUndefine(pointer)) }
}

extension Connection {
    /// The filter with this UUID. `LibvirtError.Code.noNetworkFilter` if there is none.
    /// C: `virNWFilterLookupByUUIDString`.
    package func networkFilter(uuid: String) throws(LibvirtError) -> NetworkFilter {
        NetworkFilter(adopting: try check(virNWFilterLookupByUUIDString(pointer, uuid)))
    }

    /// The filter with this name; see `networkFilter(uuid:)`. C: `virNWFilterLookupByName`.
    package func networkFilter(name: String) throws(LibvirtError) -> NetworkFilter {
        NetworkFilter(adopting: try check(virNWFilterLookupByName(pointer, name)))
    }

    /// Defines a filter or changes its definition. `validate` checks the XML against the
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

    /// How many filters there are; for drivers that cannot list them.
    /// C: `virConnectNumOfNWFilters`.
    package func networkFilterCount() throws(LibvirtError) -> Int32 {
        try check(virConnectNumOfNWFilters(pointer))
    }
}
