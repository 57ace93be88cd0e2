import Libvirt
import XML

extension Shell {
    /// A domain's title or description; empty if it has none. `inactive` reads the persistent
    /// configuration. virsh 9.0.0: `virshGetDomainDescription`.
    func note(
        _ kind: Domain.Metadata, of domain: Domain, inactive: Bool = false
    ) throws -> String {
        do throws(LibvirtError) {
            return try domain.metadata(kind, inactive ? .config : [])
        } catch {
            switch error.code {
            case .noMetadata:
                LibvirtError.forgetReported()
                return ""
            case .noSupport: break  // an old hypervisor: read it from the XML below
            default: throw error
            }
        }
        let root = try description(of: domain, inactive ? .inactive : [])
        return root.string(kind == .title ? "./title[1]" : "./description[1]") ?? ""
    }
}
