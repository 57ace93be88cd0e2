import CLibvirt

/// The hypervisor and machine that a guest would run with; `nil` means libvirt's default.
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
    /// How capabilities describe the processor. C: `virConnectGetDomainCapabilitiesFlags`.
    package struct DomainCapabilitiesFlags: OptionSet, Sendable {
        package let rawValue: UInt32
        package init(rawValue: UInt32) { self.rawValue = rawValue }
        /// C: `VIR_CONNECT_GET_DOMAIN_CAPABILITIES_DISABLE_DEPRECATED_FEATURES`.
        package static let disablesDeprecatedFeatures = Self(rawValue: 1 << 0)
        /// C: `VIR_CONNECT_GET_DOMAIN_CAPABILITIES_EXPAND_CPU_FEATURES`.
        package static let expandsCPUFeatures = Self(rawValue: 1 << 1)
        /// C: `VIR_CONNECT_GET_DOMAIN_CAPABILITIES_SUPPORTED_CPU_FEATURES`.
        package static let supportedCPUFeatures = Self(rawValue: 1 << 2)
    }

    /// What a guest can use, a document `<domainCapabilities>`.
    /// C: `virConnectGetDomainCapabilities`.
    package func domainCapabilities(
        _ emulation: Emulation, _ flags: DomainCapabilitiesFlags = []
    ) throws(LibvirtError) -> String {
        String(
            freeing: try check(
                virConnectGetDomainCapabilities(
                    pointer, emulation.emulator, emulation.architecture, emulation.machine,
                    emulation.type, flags.rawValue)))
    }

    /// How many virtual processors a guest of a type, e.g. `kvm`, can have at most; `nil` means the
    /// default type. C: `virConnectGetMaxVcpus`.
    package func maximumVCPUs(type: String?) throws(LibvirtError) -> Int32 {
        try check(virConnectGetMaxVcpus(pointer, type))
    }
}
