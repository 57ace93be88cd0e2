import CLibvirt

/// The hypervisor that a guest would run with; what is `nil` is as usual.
package struct Emulation: Sendable {
    /// E.g. `/usr/bin/qemu-system-x86_64`.
    package let emulator: String?
    /// E.g. `x86_64`.
    package let architecture: String?
    /// E.g. `q35`.
    package let machine: String?
    /// E.g. `kvm`.
    package let type: String?

    package init(emulator: String?, architecture: String?, machine: String?, type: String?) {
        self.emulator = emulator
        self.architecture = architecture
        self.machine = machine
        self.type = type
    }
}

extension Connection {
    /// What guests may have, a document `<domainCapabilities>`.
    /// C: `virConnectGetDomainCapabilities`.
    package func domainCapabilities(_ emulation: Emulation) throws(LibvirtError) -> String {
        String(
            freeing: try check(
                virConnectGetDomainCapabilities(
                    pointer, emulation.emulator, emulation.architecture, emulation.machine,
                    emulation.type, 0)))
    }

    /// The most processors that a guest of a kind, e.g. `kvm`, may have; `nil` means the usual
    /// kind. C: `virConnectGetMaxVcpus`.
    package func maximumVCPUs(type: String?) throws(LibvirtError) -> Int32 {
        try check(virConnectGetMaxVcpus(pointer, type))
    }
}
