import CLibvirt
import Glibc

extension Connection {
    /// The host's processors: how many it has, how many of them work and which.
    /// C: `virNodeGetCPUMap`.
    package func cpuMap() throws(LibvirtError) -> (count: Int32, online: UInt32, map: CPUMap) {
        var bytes: UnsafeMutablePointer<UInt8>?
        var online: UInt32 = 0
        let count = try check(virNodeGetCPUMap(pointer, &bytes, &online, 0))
        defer { free(bytes) }
        let map = (0..<CPUMap.length(count)).compactMap { bytes?[$0] }
        return (count, online, CPUMap(bytes: map))
    }

    /// How many values `cpuStatistics` gives at most; `cpu` -1 means all processors.
    /// C: `virNodeGetCPUStats`.
    package func cpuStatisticsCount(cpu: Int32) throws(LibvirtError) -> Int32 {
        var count: Int32 = 0
        try check(virNodeGetCPUStats(pointer, cpu, nil, &count, 0))
        return count
    }

    /// How the host's processors spent their time: nanoseconds by name, e.g. `idle`, or percent
    /// where the name is `utilization`. `cpu` -1 means all of them. C: `virNodeGetCPUStats`.
    package func cpuStatistics(
        cpu: Int32, count: Int32
    ) throws(LibvirtError) -> [(name: String, value: UInt64)] {
        var values = [virNodeCPUStats](repeating: virNodeCPUStats(), count: max(0, Int(count)))
        var count = Int32(values.count)
        try check(virNodeGetCPUStats(pointer, cpu, &values, &count, 0))
        return values.prefix(max(0, Int(count))).map { (String(field: $0.field), $0.value) }
    }

    /// The most processors that a guest of a kind, e.g. `kvm`, may have; `nil` means the usual
    /// kind. C: `virConnectGetMaxVcpus`.
    package func maximumVCPUs(type: String?) throws(LibvirtError) -> Int32 {
        try check(virConnectGetMaxVcpus(pointer, type))
    }

    /// The names of the processor models of an architecture; empty where any will do.
    /// C: `virConnectGetCPUModelNames`.
    package func cpuModels(architecture: String) throws(LibvirtError) -> [String] {
        var names: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
        let count = try check(virConnectGetCPUModelNames(pointer, architecture, &names, 0))
        defer { free(names) }
        return (0..<Int(count)).compactMap { names?[$0] }.map { String(freeing: $0) }
    }
}

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

    /// How to compare two processors. C: `virConnectCompareCPUFlags`.
    package struct CompareFlags: OptionSet, Sendable {
        package let rawValue: UInt32
        package init(rawValue: UInt32) { self.rawValue = rawValue }
        private init(_ flag: virConnectCompareCPUFlags) { rawValue = flag.rawValue }
        package static let failIncompatible = Self(VIR_CONNECT_COMPARE_CPU_FAIL_INCOMPATIBLE)
        package static let validate = Self(VIR_CONNECT_COMPARE_CPU_VALIDATE_XML)
    }

    /// What the host has, compared with what was described. C: `virCPUCompareResult`.
    package enum CPUComparison: Sendable {
        case incompatible, identical, superset

        fileprivate init?(_ result: Int32) {
            switch result {
            case VIR_CPU_COMPARE_INCOMPATIBLE.rawValue: self = .incompatible
            case VIR_CPU_COMPARE_IDENTICAL.rawValue: self = .identical
            case VIR_CPU_COMPARE_SUPERSET.rawValue: self = .superset
            default: return nil
            }
        }
    }

    /// Compares the host's processor, or where `emulation` is given what its hypervisor makes of
    /// it, with a document `<cpu>`; `nil` is an answer that this code does not know.
    /// C: `virConnectCompareCPU`, `virConnectCompareHypervisorCPU`.
    package func compareCPU(
        _ xml: String, for emulation: Emulation? = nil, _ flags: CompareFlags
    ) throws(LibvirtError) -> CPUComparison? {
        guard let emulation else {
            return CPUComparison(
                Int32(try check(virConnectCompareCPU(pointer, xml, flags.rawValue))))
        }
        return CPUComparison(
            try check(
                virConnectCompareHypervisorCPU(
                    pointer, emulation.emulator, emulation.architecture, emulation.machine,
                    emulation.type, xml, flags.rawValue)))
    }

    /// What a common processor shows. C: `virConnectBaselineCPUFlags`.
    package struct BaselineFlags: OptionSet, Sendable {
        package let rawValue: UInt32
        package init(rawValue: UInt32) { self.rawValue = rawValue }
        private init(_ flag: virConnectBaselineCPUFlags) { rawValue = flag.rawValue }
        package static let expandFeatures = Self(VIR_CONNECT_BASELINE_CPU_EXPAND_FEATURES)
        package static let migratable = Self(VIR_CONNECT_BASELINE_CPU_MIGRATABLE)
    }

    /// The best processor that can run on all that documents `<cpu>` describe, as such a
    /// document; where `emulation` is given, one that its hypervisor can offer.
    /// C: `virConnectBaselineCPU`, `virConnectBaselineHypervisorCPU`.
    package func baselineCPU(
        _ xmls: [String], for emulation: Emulation? = nil, _ flags: BaselineFlags
    ) throws(LibvirtError) -> String {
        let copies = xmls.map { strdup($0) }
        defer { for copy in copies { free(copy) } }
        var list = copies.map { UnsafePointer($0) }
        let count = UInt32(list.count)
        guard let emulation else {
            return String(
                freeing: try check(virConnectBaselineCPU(pointer, &list, count, flags.rawValue)))
        }
        return String(
            freeing: try check(
                virConnectBaselineHypervisorCPU(
                    pointer, emulation.emulator, emulation.architecture, emulation.machine,
                    emulation.type, &list, count, flags.rawValue)))
    }
}

extension String {
    /// A name in an array of characters, which Swift sees as a tuple.
    init<Field>(field: Field) {
        self = withUnsafeBytes(of: field) { String(escapingBytes: $0.prefix { $0 != 0 }) }
    }
}
