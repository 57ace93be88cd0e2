import CLibvirt

extension Domain {
    /// Whether it stays defined when it ends. C: `virDomainIsPersistent`.
    package func isPersistent() throws(LibvirtError) -> Bool {
        try check(virDomainIsPersistent(pointer)) > 0
    }
}
