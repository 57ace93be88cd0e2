import CLibvirt
import Glibc

extension Connection {
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

    /// The names of the processor models of an architecture; empty where any will do.
    /// C: `virConnectGetCPUModelNames`.
    package func cpuModels(architecture: String) throws(LibvirtError) -> [String] {
        var names: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
        let count = try check(virConnectGetCPUModelNames(pointer, architecture, &names, 0))
        defer { free(names) }
        return (0..<Int(count)).compactMap { names?[$0] }.map { String(freeing: $0) }
    }
}
