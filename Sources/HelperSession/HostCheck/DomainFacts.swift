import Libvirt
import XML

/// What a domain's definition says of interest here.
struct DomainFacts: Sendable {
    struct Disk: Hashable, Sendable {
        /// E.g. `volume` or `file`.
        let type: String
        /// Of type `volume`; else `nil`.
        let pool: String?
        /// What it is, for a person: a file's path, a volume's name.
        let source: String
    }

    /// Firmware of the flash kind, and what belongs to it.
    struct Firmware: Hashable, Sendable {
        /// Whether libvirt chooses it: `<os firmware='efi'>`.
        var isChosen = false
        /// Whether signatures are asked for; `nil` where the definition does not say.
        var secureBoot: Bool?
        var enrolledKeys: Bool?
        /// Whether the processor's management mode is on, which secure boot needs.
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
    /// Those that are disks, not CD-ROM or floppy drives.
    var disks: [Disk] = []
    var forwards: [Forward] = []
    /// The range that the clients of atex read: passt's first, as it is written.
    var first: FirstRange?
    /// The kinds of its interfaces, e.g. `network`, `user`, `vhostuser`; with passt `user/passt`.
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
        for disk in try root.nodes("devices/disk") where [nil, "disk"].contains(disk["device"]) {
            let source = try disk.nodes("source").first
            let what = ["volume", "file", "dev", "name", "dir"].lazy.compactMap { source?[$0] }
            disks.append(
                Disk(type: disk["type"] ?? "file", pool: source?["pool"], source: what.first ?? ""))
        }
        for interface in try root.nodes("devices/interface") {
            let isPasst = try interface.text("backend/@type") == "passt"
            interfaces.append((interface["type"] ?? "") + (isPasst ? "/passt" : ""))
        }
        forwards = try Forward.all(in: document, named: name)
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
        isChosen = try root.text("os/@firmware") == "efi"
        guard isChosen || loader?["type"] == "pflash" else { return nil }
        let isSecureLoader = loader?["secure"] == "yes"
        func feature(_ name: String) throws(XMLError) -> Bool? {
            try root.text("os/firmware/feature[@name='\(name)']/@enabled").map { $0 == "yes" }
        }
        secureBoot = try feature("secure-boot") ?? (loader?["secure"].map { _ in isSecureLoader })
        enrolledKeys = try feature("enrolled-keys")
        if let smm = try root.nodes("features/smm").first { hasSMM = smm["state"] != "off" }
        self.loader = loader?.text
        if let nvram = try root.nodes("os/nvram").first {
            self.nvram = try nvram.text.isEmpty ? nvram.text("source/@file") : nvram.text
            template = nvram["template"]
        }
    }
}

/// A size of libvirt's documents, which has a unit; one that is no size is 0.
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
