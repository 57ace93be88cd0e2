/// One row of the allow-list: an element, and what it may contain besides child elements, which
/// have rows of their own.
package struct AllowedElement: Sendable {
    package struct Attribute: Sendable {
        package let name: String
        package let isRequired: Bool
        /// The value has one of these kinds. More than one only in libvirt's own XML.
        package fileprivate(set) var kinds: [ValueKind]
    }

    /// The names from the root on, e.g. `domain/devices/disk`.
    package let path: String
    /// Whether the parent may contain more than one of it.
    package let isRepeatable: Bool
    package private(set) var attributes: [Attribute]
    /// What its text may be; empty if it may contain none.
    package private(set) var texts: [ValueKind]

    /// `*` at the end of the path: repeatable. `!` at the end of an attribute's name: required.
    init(
        _ path: String, _ attributes: KeyValuePairs<String, ValueKind> = [:],
        text: ValueKind? = nil
    ) {
        isRepeatable = path.hasSuffix("*")
        self.path = isRepeatable ? String(path.dropLast()) : path
        self.attributes = attributes.map { name, kind in
            let isRequired = name.hasSuffix("!")
            return Attribute(
                name: isRequired ? String(name.dropLast()) : name, isRequired: isRequired,
                kinds: [kind])
        }
        texts = text.map { [$0] } ?? []
    }

    /// The name of the element itself.
    var name: Substring { path.split(separator: "/").last ?? "" }

    /// Allows what another row of the same element allows, too.
    mutating func merge(_ other: AllowedElement) {
        texts += other.texts
        for attribute in other.attributes {
            if let index = attributes.firstIndex(where: { $0.name == attribute.name }) {
                attributes[index].kinds += attribute.kinds
            } else {
                attributes.append(attribute)
            }
        }
    }
}
