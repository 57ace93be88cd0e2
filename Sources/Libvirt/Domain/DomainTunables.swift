import CLibvirt

extension Domain {
    /// A group of parameters that can be tuned. The C functions of all groups work alike.
    package enum Tunables: Sendable {
        /// The I/O weights of all disks, e.g. `weight`. C: `virDomainGetBlkioParameters`.
        case blockIO
        /// The I/O limits of one disk, e.g. `total_bytes_sec`. C: `virDomainGetBlockIoTune`.
        case disk(String)
        /// The bandwidth of one interface, e.g. `inbound.average` in KiB/s.
        /// C: `virDomainGetInterfaceParameters`.
        case interface(String)
        /// The NUMA nodes of the memory, e.g. `numa_nodeset`. C: `virDomainGetNumaParameters`.
        case numa
    }

    /// How a domain's memory is spread over the host's NUMA nodes: the value of the parameter
    /// `numa_mode`. C: `virDomainNumatuneMemMode`.
    package enum NUMAMode: Int32, CaseIterable, Sendable {
        case strict, preferred, interleave, restrictive
    }

    /// How many parameters `parameters` returns at most.
    package func parameterCount(
        _ tunables: Tunables, _ impact: Impact
    ) throws(LibvirtError) -> Int32 {
        var count: Int32 = 0
        // Without the disk's name: libvirt wants NULL if it is asked only for the count.
        if case .disk = tunables {
            try check(virDomainGetBlockIoTune(pointer, nil, nil, &count, impact.rawValue))
        } else {
            try read(tunables, nil, &count, impact)
        }
        return count
    }

    /// The parameters of a group, at most `count`.
    package func parameters(
        _ tunables: Tunables, count: Int32, _ impact: Impact
    ) throws(LibvirtError) -> [TypedParameter] {
        // `count` is the array's capacity before the call, and the number filled in after it.
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

    /// Sets parameters of a group; the others stay as they are.
    /// C: `virDomainSetBlkioParameters`, `virDomainSetBlockIoTune`,
    /// `virDomainSetInterfaceParameters`, `virDomainSetNumaParameters`.
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
