import CLibvirt
import Glibc

extension Domain {
    /// Fails if the domain is not a running container. C: `virDomainLxcOpenNamespace`.
    package func checkContainerNamespaces() throws(LibvirtError) {
        var list: UnsafeMutablePointer<Int32>?
        // The descriptors are opened in this process, so that each one not closed would leak.
        let count = try check(virDomainLxcOpenNamespace(pointer, &list, 0))
        // The namespaces themselves are not used, so close their descriptors.
        for index in 0..<Int(count) { if let file = list?[index] { close(file) } }
        free(list)
    }
}
