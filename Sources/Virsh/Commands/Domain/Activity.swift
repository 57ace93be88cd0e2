import Libvirt

extension Shell {
    /// Whether a domain runs; `false` if libvirt cannot say. virsh compares the result of
    /// `virDomainIsActive` with 1, so it takes an error for "no".
    func isKnownToRun(_ domain: Domain) -> Bool {
        tolerating { () throws(LibvirtError) in try domain.isActive() } ?? false
    }

    /// Whether a domain runs; `true` if libvirt cannot say. Some commands of virsh test the
    /// result of `virDomainIsActive` as a Boolean, so the error value -1 counts as "yes".
    func mayRun(_ domain: Domain) -> Bool {
        tolerating { () throws(LibvirtError) in try domain.isActive() } ?? true
    }
}
