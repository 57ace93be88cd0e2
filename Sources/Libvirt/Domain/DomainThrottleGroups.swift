import CLibvirt

extension Domain {
    /// Creates a group of I/O limits, or changes its limits. C: `virDomainSetThrottleGroup`.
    package func setThrottleGroup(
        _ name: String, _ limits: [TypedParameter], _ impact: Impact
    ) throws(LibvirtError) {
        try limits.withC { (array, count) throws(LibvirtError) in
            try check(virDomainSetThrottleGroup(pointer, name, array, count, impact.rawValue))
        }
    }

    /// Deletes a group of I/O limits. C: `virDomainDelThrottleGroup`.
    package func deleteThrottleGroup(
        _ name: String, _ impact: Impact
    ) throws(LibvirtError) {
        try check(virDomainDelThrottleGroup(pointer, name, impact.rawValue))
    }
}
