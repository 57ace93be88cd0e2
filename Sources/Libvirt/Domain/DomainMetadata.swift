import CLibvirt
import Glibc

extension Domain {
    /// What is said of a domain. C: `virDomainMetadataType`.
    package enum Metadata: Int32, Sendable {
        case description, title, element
    }

    /// The text; of an element the one with this namespace. C: `virDomainGetMetadata`.
    package func metadata(
        _ kind: Metadata, namespace: String? = nil, _ impact: Impact
    ) throws(LibvirtError) -> String {
        String(
            freeing: try check(
                virDomainGetMetadata(pointer, kind.rawValue, namespace, impact.rawValue)))
    }

    /// Sets the text; `nil` removes it. `key` is the prefix of an element's namespace.
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
