import GuestAccess
import Libvirt
import XML

/// What the checks read of a domain's definition.
struct DomainFacts: Sendable {
    struct Disk: Hashable, Sendable {
        /// E.g. `volume` or `file`.
        let type: String
        /// For type `volume`; otherwise `nil`.
        let pool: String?
        /// For messages: a file's path or a volume's name.
        let source: String
        /// Whether several domains may use it: it is read-only or `<shareable/>`.
        var isShared = false
    }

    /// UEFI firmware: a flash image, and the variables (NVRAM) that belong to it.
    struct Firmware: Hashable, Sendable {
        /// Whether libvirt chooses the image: `<os firmware='efi'>`.
        var isAutoselected = false
        /// Whether signatures are required; `nil` if the definition does not say.
        var secureBoot: Bool?
        var enrolledKeys: Bool?
        /// Whether the system management mode is on, which secure boot needs.
        var hasSMM = false
        var loader: String?
        var nvram: String?
        var template: String?
    }

    struct FirstRange: Hashable, Sendable {
        let proto: String
        let guestPort: String
    }

    var name = ""
    /// The hypervisor, e.g. `kvm` or `qemu`.
    var type = ""
    var isActive = false
    var isPersistent = true
    var memoryKiB: UInt64 = 0
    /// Without CD-ROM and floppy drives.
    var disks: [Disk] = []
    var forwards: [Forward] = []
    /// passt's first `<range>`, as written: the only one that atex clients read.
    var first: FirstRange?
    /// The types of its interfaces, e.g. `network`, `user`, `vhostuser`; with passt `user/passt`.
    var interfaces: [String] = []
    /// `nil` for a BIOS.
    var firmware: Firmware?

    init(name: String) { self.name = name }

    init(_ domain: Domain) throws {
        try self.init(xml: domain.xml(.inactive))
        name = try domain.name()
        isActive = domain.id != nil
        isPersistent = try domain.isPersistent()
    }

    init(xml: String) throws {
        let document = try Document(parsing: xml)
        let root = document.root
        name = try root.text("name") ?? ""
        type = root["type"] ?? ""
        if let memory = try root.nodes("memory").first {
            memoryKiB = inKiB(memory.text, unit: memory["unit"])
        }
        // A missing `device` means disk.
        for disk in try root.nodes("devices/disk") where [nil, "disk"].contains(disk["device"]) {
            let source = try disk.nodes("source").first
            // Each type of disk names its source in an attribute of its own.
            let what = ["volume", "file", "dev", "name", "dir"].lazy.compactMap { source?[$0] }
            let isShared = try !disk.nodes("readonly | shareable").isEmpty
            disks.append(
                Disk(
                    type: disk["type"] ?? "file", pool: source?["pool"], source: what.first ?? "",
                    isShared: isShared))
        }
        for interface in try root.nodes("devices/interface") {
            let isPasst = try interface.text("backend/@type") == "passt"
            interfaces.append((interface["type"] ?? "") + (isPasst ? "/passt" : ""))
        }
        forwards = try Forward.all(in: document, of: name)
        // Only passt can have a portForward; not every driver keeps the backend element.
        let ranges =
            "devices/interface[not(backend/@type) or backend/@type='passt']/portForward/range"
        if let range = try root.nodes(ranges).first {
            first = FirstRange(
                proto: try range.text("../@proto") ?? "tcp",
                guestPort: range["to"] ?? range["start"] ?? "")
        }
        firmware = try Firmware(root)
    }
}

extension DomainFacts.Firmware {
    fileprivate init?(_ root: Node) throws(XMLError) {
        let loader = try root.nodes("os/loader").first
        isAutoselected = try root.text("os/@firmware") == "efi"
        guard isAutoselected || loader?["type"] == "pflash" else { return nil }
        let isSecureLoader = loader?["secure"] == "yes"
        func feature(_ name: String) throws(XMLError) -> Bool? {
            try root.text("os/firmware/feature[@name='\(name)']/@enabled").map { $0 == "yes" }
        }
        secureBoot = try feature("secure-boot") ?? (loader?["secure"].map { _ in isSecureLoader })
        enrolledKeys = try feature("enrolled-keys")
        // `<smm/>` without a state means on.
        if let smm = try root.nodes("features/smm").first { hasSMM = smm["state"] != "off" }
        self.loader = loader?.text
        if let nvram = try root.nodes("os/nvram").first {
            // Since libvirt 8.5.0 the path may be in a `<source>`.
            self.nvram = try nvram.text.isEmpty ? nvram.text("source/@file") : nvram.text
            template = nvram["template"]
        }
    }
}

/// A size in libvirt's XML in KiB, rounded; 0 if the text is not a number. libvirt documents the
/// units as KB = 1000 bytes, but KiB and K = 1024.
func inKiB(_ text: String, unit: String?) -> UInt64 {
    guard let number = UInt64(text) else { return 0 }
    let scale: Double =
        switch unit ?? "KiB" {
        case "b", "bytes": 1 / 1024
        case "KB": 1000.0 / 1024
        case "M", "MiB": 1024
        case "MB": 1e6 / 1024
        case "G", "GiB": 1024 * 1024
        case "GB": 1e9 / 1024
        case "T", "TiB": 1024 * 1024 * 1024
        case "TB": 1e12 / 1024
        default: 1
        }
    return UInt64(exactly: (Double(number) * scale).rounded()) ?? UInt64.max
}
