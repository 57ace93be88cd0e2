import Libvirt
import XML

extension Shell {
    /// The root element of a domain's XML, `<domain>`.
    /// virsh 9.0.0: `virshDomainGetXMLFromDom`.
    func description(
        of domain: Domain, _ flags: Domain.XMLFlags = []
    ) throws(CommandFailure) -> Node {
        let xml = try explaining("Failed to get domain description xml") {
            () throws(LibvirtError) in try domain.xml(flags)
        }
        do throws(XMLError) {
            return try Document(parsing: xml).root
        } catch {
            // virsh parses with libvirt's own function, which reports its error like any other
            // libvirt error: "Failed to parse ..." comes first, then this line.
            LibvirtError(code: .xmlError, message: "XML error: \(error.message)").report()
            throw CommandFailure("Failed to parse domain description xml")
        }
    }
}
