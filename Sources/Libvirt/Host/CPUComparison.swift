import CLibvirt

extension Connection {
    /// How to compare two processors. C: `virConnectCompareCPUFlags`.
    package struct CompareFlags: OptionSet, Sendable {
        package let rawValue: UInt32
        package init(rawValue: UInt32) { self.rawValue = rawValue }
        private init(_ flag: virConnectCompareCPUFlags) { rawValue = flag.rawValue }
        package static let failIncompatible = Self(VIR_CONNECT_COMPARE_CPU_FAIL_INCOMPATIBLE)
        package static let validate = Self(VIR_CONNECT_COMPARE_CPU_VALIDATE_XML)
    }

    /// The processor that the host has, compared with the described one. C: `virCPUCompareResult`.
    package enum CPUComparison: Sendable {
        case incompatible, identical
        /// It has all described features and more.
        case superset

        fileprivate init?(_ result: Int32) {
            switch result {
            case VIR_CPU_COMPARE_INCOMPATIBLE.rawValue: self = .incompatible
            case VIR_CPU_COMPARE_IDENTICAL.rawValue: self = .identical
            case VIR_CPU_COMPARE_SUPERSET.rawValue: self = .superset
            default: return nil
            }
        }
    }

    /// Compares the host's processor with a document `<cpu>`. With `emulation`, compares the
    /// processor that this hypervisor provides. `nil` if libvirt returns a result that is not
    /// known here.
    /// C: `virConnectCompareCPU`, `virConnectCompareHypervisorCPU`.
    package func compareCPU(
        _ xml: String, for emulation: Emulation? = nil, _ flags: CompareFlags
    ) throws(LibvirtError) -> CPUComparison? {
        // VIR_CPU_COMPARE_ERROR is -1, so `check` turns it into an error.
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

    /// What the description of a common processor contains. C: `virConnectBaselineCPUFlags`.
    package struct BaselineFlags: OptionSet, Sendable {
        package let rawValue: UInt32
        package init(rawValue: UInt32) { self.rawValue = rawValue }
        private init(_ flag: virConnectBaselineCPUFlags) { rawValue = flag.rawValue }
        package static let expandFeatures = Self(VIR_CONNECT_BASELINE_CPU_EXPAND_FEATURES)
        package static let migratable = Self(VIR_CONNECT_BASELINE_CPU_MIGRATABLE)
        /// Only the given processors count. C: `VIR_CONNECT_BASELINE_CPU_IGNORE_HOST`.
        package static let ignoresHost = Self(rawValue: 1 << 2)
    }

    /// The best processor model that all the described hosts can run: documents `<cpu>` in, one
    /// document out. With `emulation`, a model that this hypervisor provides.
    /// C: `virConnectBaselineCPU`, `virConnectBaselineHypervisorCPU`.
    package func baselineCPU(
        _ xmls: [String], for emulation: Emulation? = nil, _ flags: BaselineFlags
    ) throws(LibvirtError) -> String {
        String(
            freeing: try check(
                withCStrings(xmls) { list, count in
                    guard let emulation else {
                        return virConnectBaselineCPU(pointer, list, count, flags.rawValue)
                    }
                    return virConnectBaselineHypervisorCPU(
                        pointer, emulation.emulator, emulation.architecture, emulation.machine,
                        emulation.type, list, count, flags.rawValue)
                }))
    }

    /// The names of the processor models of an architecture; empty if libvirt accepts any name.
    /// C: `virConnectGetCPUModelNames`.
    package func cpuModels(architecture: String) throws(LibvirtError) -> [String] {
        var names: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
        let count = try check(virConnectGetCPUModelNames(pointer, architecture, &names, 0))
        return texts(freeing: names, count: count)
    }
}
