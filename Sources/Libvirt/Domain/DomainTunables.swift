import CLibvirt

extension Domain {
    /// What can be tuned: the calls of each work alike.
    package enum Tunables: Sendable {
        /// Weights of all disks. C: `virDomainGetBlkioParameters`.
        case blockIO
        /// One disk's throttle. C: `virDomainGetBlockIoTune`.
        case disk(String)
        /// One interface's rates. C: `virDomainGetInterfaceParameters`.
        case interface(String)
        /// Where its memory is. C: `virDomainGetNumaParameters`.
        case numa
    }

    /// How a domain's memory is spread over the host's NUMA nodes: the value of the parameter
    /// `numa_mode`. C: `virDomainNumatuneMemMode`.
    package enum NUMAMode: Int32, CaseIterable, Sendable {
        case strict, preferred, interleave, restrictive
    }

    /// How many parameters there are.
    package func parameterCount(
        _ tunables: Tunables, _ impact: Impact
    ) throws(LibvirtError) -> Int32 {
        var count: Int32 = 0
        // A disk is not named yet: libvirt forbids it in this call.
        if case .disk = tunables {
            try check(virDomainGetBlockIoTune(pointer, nil, nil, &count, impact.rawValue))
        } else {
            try read(tunables, nil, &count, impact)
        }
        return count
    }

    package func parameters(
        _ tunables: Tunables, count: Int32, _ impact: Impact
    ) throws(LibvirtError) -> [TypedParameter] {
        try readParameters(count: count) { array, count throws(LibvirtError) in
            try read(tunables, array, count, impact)
        }
    }

    private func read(
        _ tunables: Tunables, _ array: virTypedParameterPtr?,
        _ count: UnsafeMutablePointer<Int32>, _ impact: Impact
    ) throws(LibvirtError) {
        let flags = impact.rawValue
        switch tunables {
        case .blockIO: try check(virDomainGetBlkioParameters(pointer, array, count, flags))
        case .disk(let disk):
            try check(virDomainGetBlockIoTune(pointer, disk, array, count, flags))
        case .interface(let device):
            try check(virDomainGetInterfaceParameters(pointer, device, array, count, flags))
        case .numa: try check(virDomainGetNumaParameters(pointer, array, count, flags))
        }
    }

    package func setParameters(
        _ tunables: Tunables, _ parameters: [TypedParameter], _ impact: Impact
    ) throws(LibvirtError) {
        let flags = impact.rawValue
        try parameters.withC { array, count throws(LibvirtError) in
            switch tunables {
            case .blockIO: try check(virDomainSetBlkioParameters(pointer, array, count, flags))
            case .disk(let disk):
                try check(virDomainSetBlockIoTune(pointer, disk, array, count, flags))
            case .interface(let device):
                try check(
                    virDomainSetInterfaceParameters(pointer, device, array, count, flags))
            case .numa: try check(virDomainSetNumaParameters(pointer, array, count, flags))
            }
        }
    }
}
