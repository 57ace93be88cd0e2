import CLibvirt

extension Domain {
    /// Whether it runs. C: `virDomainIsActive`.
    package func isActive() throws(LibvirtError) -> Bool {
        try check(virDomainIsActive(pointer)) > 0
    }

    /// Whether it stays defined when it ends. C: `virDomainIsPersistent`.
    package func isPersistent() throws(LibvirtError) -> Bool {
        try check(virDomainIsPersistent(pointer)) > 0
    }
}
