/// XML for a call of libvirt that a client's XML could reach. There is no way from a `String` to
/// such a call, so no command can forget to ask the gate for effects.
package struct PermittedXML: Hashable, Sendable {
    package let text: String

    /// For gates only: they have judged it, or the session has no role.
    package init(judged text: String) { self.text = text }

    private init(_ text: String) { self.text = text }

    /// XML that this program or libvirt wrote. What it has of a client's was checked otherwise.
    package static func own(_ text: String) -> PermittedXML { PermittedXML(text) }
}
