import CLibvirt

extension Domain {
    /// A kind of notes about a domain. C: `virDomainMetadataType`.
    package enum Metadata: Int32, Sendable {
        case description, title
        /// An XML element of an application, identified by its namespace.
        case element
    }

    /// A domain's title, description or element. `LibvirtError.Code.noMetadata` if there is none.
    /// C: `virDomainGetMetadata`.
    package func metadata(
        _ kind: Metadata, namespace: String? = nil, _ impact: Impact
    ) throws(LibvirtError) -> String {
        String(
            freeing: try check(
                virDomainGetMetadata(pointer, kind.rawValue, namespace, impact.rawValue)))
    }

    /// Sets a title, description or element; `nil` removes it. `key` is the prefix for an element's
    /// namespace.
    /// C: `virDomainSetMetadata`.
    package func setMetadata(
        _ kind: Metadata, _ text: String?, key: String? = nil, namespace: String? = nil,
        _ impact: Impact
    ) throws(LibvirtError) {
        try check(
            virDomainSetMetadata(
                pointer, kind.rawValue, text, key, namespace, impact.rawValue))
    }
}
