import CLibvirt

extension Domain {
    /// The scheduler of the domain's CPU time, e.g. `posix`, and how many parameters it has.
    /// C: `virDomainGetSchedulerType`.
    package func scheduler() throws(LibvirtError) -> (type: String, parameterCount: Int32) {
        var count: Int32 = 0
        let type = String(freeing: try check(virDomainGetSchedulerType(pointer, &count)))
        return (type, count)
    }

    /// The scheduler's parameters, e.g. `cpu_shares`; `nil` as impact uses the call without flags,
    /// which more drivers implement.
    /// C: `virDomainGetSchedulerParameters`, `virDomainGetSchedulerParametersFlags`.
    package func schedulerParameters(
        count: Int32, _ impact: Impact?
    ) throws(LibvirtError) -> [TypedParameter] {
        try readParameters(count: count) { array, count throws(LibvirtError) in
            if let impact {
                try check(
                    virDomainGetSchedulerParametersFlags(
                        pointer, array, count, impact.rawValue))
            } else {
                try check(virDomainGetSchedulerParameters(pointer, array, count))
            }
        }
    }

    /// See `schedulerParameters`.
    /// C: `virDomainSetSchedulerParameters`, `virDomainSetSchedulerParametersFlags`.
    package func setSchedulerParameters(
        _ parameters: [TypedParameter], _ impact: Impact?
    ) throws(LibvirtError) {
        try parameters.withC { array, count throws(LibvirtError) in
            if let impact {
                try check(
                    virDomainSetSchedulerParametersFlags(
                        pointer, array, count, impact.rawValue))
            } else {
                try check(virDomainSetSchedulerParameters(pointer, array, count))
            }
        }
    }
}
