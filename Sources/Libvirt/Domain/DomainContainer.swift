import CLibvirt
import Glibc

extension Domain {
    /// Fails where the domain is no container that runs. C: `virDomainLxcOpenNamespace`.
    package func checkContainerNamespaces() throws(LibvirtError) {
        var list: UnsafeMutablePointer<Int32>?
        let count = try check(virDomainLxcOpenNamespace(pointer, &list, 0))
        for index in 0..<Int(count) { if let file = list?[index] { close(file) } }
        free(list)
    }
}
