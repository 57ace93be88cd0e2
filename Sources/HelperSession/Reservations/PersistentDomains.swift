import Libvirt
import Protocol
import Text

extension Session {
    /// The names of all persistent domains in the order of `virsh list`; throws if there are none.
    func persistentDomains() throws -> [String] {
        let names = try persistentDomainsIfAny()
        guard !names.isEmpty else { throw RequestError.noPersistentDomains }
        return names
    }

    /// The same; empty if there are none.
    func persistentDomainsIfAny() throws -> [String] {
        var domains: [(id: UInt32, key: FoldedName, name: String)] = []
        do throws(LibvirtError) {
            for domain in try host.open().domains(.persistent) {
                let name = try domain.name()
                // virsh lists running domains by ID first, then the others by name.
                domains.append((domain.id ?? UInt32.max, FoldedName(name), name))
            }
        } catch { throw RequestError("cannot list the domains", error) }
        domains.sort { ($0.id, $0.key) < ($1.id, $1.key) }
        return domains.map(\.name)
    }
}

extension RequestError {
    static var noPersistentDomains: RequestError {
        RequestError(.notFound, "no persistent domains found")
    }
}
