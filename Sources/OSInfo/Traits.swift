// Properties that virt-install derives from the database. virt-install 4.1.0: `_OsVariant` in
// osdict.py.

extension OperatingSystem {
    package var isGeneric: Bool { name == "generic" }

    /// Whether it stands for any Linux of a year, e.g. `linux2022`.
    package var isGenericLinux: Bool {
        let digits = name.utf8.dropFirst(5).prefix(4)
        return name.hasPrefix("linux") && digits.count == 4
            && digits.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }

    package var isWindows: Bool { ["win9x", "winnt", "win16"].contains(family) }

    /// The clock's offset in libvirt's XML: `localtime` or `utc`.
    package var clockOffset: String {
        isWindows || family == "solaris" ? "localtime" : "utc"
    }

    /// A device or feature of the virtual machine that needs a driver.
    package enum Capability: Sendable {
        case virtioNetwork, virtioDisk, virtioSCSI, virtioSerial, virtioRNG, virtioBalloon
        case virtioGPU, virtioInput, virtio1, usb3, q35

        /// The PCI ids of the device, of which one has to be supported: virtio devices have an old
        /// and a new (virtio 1.0) id.
        fileprivate var devices: [String] {
            switch self {
            case .virtioNetwork: ["1af4/1000", "1af4/1041"]
            case .virtioDisk: ["1af4/1001", "1af4/1042"]
            case .virtioSCSI: ["1af4/1004", "1af4/1048"]
            case .virtioSerial: ["1af4/1003", "1af4/1043"]
            case .virtioRNG: ["1af4/1005", "1af4/1044"]
            case .virtioBalloon: ["1af4/1002", "1af4/1045"]
            case .virtioGPU: ["1af4/1050"]
            case .virtioInput: ["1af4/1052"]
            // A driver for the new network device implies virtio 1.0.
            case .virtio1: ["1af4/1041"]
            case .usb3: ["1b36/0004"]
            case .q35: []
            }
        }
    }

    /// Whether it has a driver. `drivers` are the ids of devices for which drivers are added.
    package func supports(
        _ capability: Capability, drivers: [String] = []
    ) throws(DatabaseError) -> Bool {
        let known = try devices.get() + drivers
        let supportsAny = { (ids: [String]) in ids.contains { known.contains($0) } }
        switch capability {
        case .q35:
            // q35 has PCIe slots, in which only virtio 1.0 devices work.
            if try supports(.virtioNetwork, drivers: drivers),
                try !supports(.virtio1, drivers: drivers)
            {
                return false
            }
            return supportsAny(["http://qemu.org/chipset/x86/q35"])
        case .virtioSerial:
            if supportsAny(capability.devices.map { "http://pcisig.com/pci/\($0)" }) { return true }
            // virt-install tests whether "rhel6.0" contains the name, not the reverse: keep that.
            return try isRelated(to: { !$0.isEmpty && "rhel6.0".contains($0) })
        default:
            return supportsAny(capability.devices.map { "http://pcisig.com/pci/\($0)" })
        }
    }

    /// Whether it boots only with EFI on an architecture.
    package func requiresEFI(_ architecture: String) throws(DatabaseError) -> Bool {
        let firmware = try firmware().filter { $0.architecture == architecture }
        let supports = { (kind: Firmware.Kind, fallback: Bool) in
            firmware.first { $0.kind == kind }?.isSupported ?? fallback
        }
        return supports(.efi, false) && !supports(.bios, true)
    }

    // MARK: Resources

    /// The minimum memory in bytes on an architecture; `nil` if unknown.
    package func minimumMemory(_ architecture: String) throws(DatabaseError) -> Int64? {
        try value(\.memory, of: .minimum, architecture)
    }

    /// A recommended value on an architecture, or twice the minimum; `nil` if unknown. Memory and
    /// storage are in bytes.
    package func recommended(
        _ value: KeyPath<Resources, Int64?>, _ architecture: String
    ) throws(DatabaseError) -> Int64? {
        if let found = try self.value(value, of: .recommended, architecture) { return found }
        return try self.value(value, of: .minimum, architecture)
            .map { $0.multipliedReportingOverflow(by: 2) }
            .flatMap { $0.overflow ? nil : $0.partialValue }
    }

    /// The value for this architecture, or that for all architectures.
    private func value(
        _ value: KeyPath<Resources, Int64?>, of need: Need, _ architecture: String
    ) throws(DatabaseError) -> Int64? {
        let resources = try resources(need)
        for wanted in [architecture, "all"] {
            let found = resources.last { $0.architecture == wanted }?[keyPath: value]
            // -1 means unset in libosinfo.
            if let found, found != -1 { return found > 0 ? found : nil }
        }
        return nil
    }

    /// The memory in bytes that an installation over the network needs; `nil` if unknown.
    package func networkInstallMemory(_ architecture: String) throws(DatabaseError) -> Int64? {
        try resources(.networkInstall).first {
            $0.architecture == architecture || $0.architecture == "all"
        }?.memory
    }

    // MARK: Installation

    /// The kernel argument for the address of the tree, e.g. `inst.repo`; `nil` if the installer
    /// has none. Older databases do not contain it.
    package func installationArgument() throws(DatabaseError) -> String? {
        if let argument = try kernelURLArgument() { return argument }
        return switch distro {
        case "caasp", "sle", "sled", "sles", "opensuse": "install"
        case "centos", "rhel", "fedora": "inst.repo"
        default: nil
        }
    }

    /// The address of a tree for an architecture; `nil` if there is none. A tree whose variant fits
    /// the profile of unattended installation (`jeos`, `desktop`) is preferred.
    package func treeURL(_ architecture: String, profile: String?) -> String? {
        let wanted =
            switch profile {
            case "jeos": "Server"
            case "desktop": "Workstation"
            case nil, "": "Everything"
            case let other?: other
            }
        let trees = trees.inTableOrder(\.id).filter { $0.architecture == architecture }
        let exact = trees.first {
            $0.variants.contains { variantName($0)?.contains(wanted) == true }
        }
        return (exact ?? trees.last)?.url
    }
}
