import CLibvirt

extension Domain {
    /// The processors of the host that the emulator's threads may run on.
    /// C: `virDomainGetEmulatorPinInfo`.
    package func emulatorPin(
        hostCPUCount: Int32, _ impact: Impact
    ) throws(LibvirtError) -> CPUMap {
        var map = [UInt8](repeating: 0, count: CPUMap.length(hostCPUCount))
        let length = Int32(map.count)
        try check(virDomainGetEmulatorPinInfo(pointer, &map, length, impact.rawValue))
        return CPUMap(bytes: map)
    }

    /// Sets the processors of the host that a virtual processor may run on; `nil` as impact means
    /// the running domain.
    /// C: `virDomainPinVcpu`, `virDomainPinVcpuFlags`.
    package func pinVCPU(
        _ vcpu: UInt32, to map: CPUMap, _ impact: Impact?
    ) throws(LibvirtError) {
        // C takes the map by a pointer that is not const, but does not change it.
        var bytes = map.bytes
        let length = Int32(bytes.count)
        if let impact {
            try check(virDomainPinVcpuFlags(pointer, vcpu, &bytes, length, impact.rawValue))
        } else {
            try check(virDomainPinVcpu(pointer, vcpu, &bytes, length))
        }
    }

    /// Sets the processors of the host that the emulator's threads may run on.
    /// C: `virDomainPinEmulator`.
    package func pinEmulator(to map: CPUMap, _ impact: Impact) throws(LibvirtError) {
        var bytes = map.bytes
        let length = Int32(bytes.count)
        try check(virDomainPinEmulator(pointer, &bytes, length, impact.rawValue))
    }
}
