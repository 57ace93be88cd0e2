import InstallMedia
import XML

/// The parts of a domain's XML that the helper makes itself, and that are not judged: they are
/// never parsed from text of the client. They are recognized by values that the client cannot
/// choose.
struct HelperParts {
    /// The emulator of the host's capabilities.
    var emulator: String?
    /// The kernel and initrd in scratch files, whose names are random.
    var kernel: KernelPair?
    var commandLine: String?
    /// The path of the disc with the answer files or cloud-init's data, in a scratch file.
    var seed: String?

    /// What was taken out of one document.
    struct Taken {
        fileprivate var emulator: String?
        fileprivate var kernel: KernelPair?
        fileprivate var commandLine: String?
        fileprivate var drives: [Drive] = []
        fileprivate var hasSource = false
    }

    /// The serial number in SMBIOS that makes cloud-init read its data from the disc.
    static let source = "ds=nocloud"

    /// A CD-ROM drive that is empty or has the seed.
    fileprivate struct Drive {
        let device: String
        let bus: String
        let path: String?
    }

    /// Adds the serial number for cloud-init.
    static func addSource(to domain: Node) {
        domain.set("os/smbios/@mode", "sysinfo")
        domain.set("sysinfo[@type='smbios']/system/entry[@name='serial']", source)
    }

    /// Removes the parts from a document and returns them.
    func take(from domain: Node) -> Taken {
        var taken = Taken()
        if let emulator, domain.value("devices/emulator") == emulator,
            domain.elements(at: "devices/emulator").count == 1
        {
            taken.emulator = emulator
            domain.remove("devices/emulator")
        }
        if let kernel, domain.value("os/kernel") == kernel.kernel,
            domain.value("os/initrd") == kernel.initrd
        {
            taken.kernel = kernel
            domain.remove("os/kernel")
            domain.remove("os/initrd")
            if let commandLine, domain.value("os/cmdline") == commandLine {
                taken.commandLine = commandLine
                domain.remove("os/cmdline")
            }
        }
        if isSource(domain.elements("sysinfo")), domain.value("os/smbios/@mode") == "sysinfo" {
            taken.hasSource = true
            domain.remove("sysinfo")
            domain.remove("os/smbios")
        }
        for disk in domain.elements(at: "devices/disk") {
            guard let drive = drive(disk) else { continue }
            taken.drives.append(drive)
            disk.remove()
        }
        return taken
    }

    /// Whether `<sysinfo>` contains the serial number for cloud-init, and nothing else.
    private func isSource(_ elements: [Node]) -> Bool {
        guard elements.count == 1, elements[0]["type"] == "smbios",
            elements[0].elements().count == 1,
            let system = elements[0].element("system"), system.elements().count == 1,
            let entry = system.element("entry")
        else { return false }
        return entry["name"] == "serial" && entry.text == Self.source
    }

    /// A drive without medium, or with the seed. Only its place is kept.
    private func drive(_ disk: Node) -> Drive? {
        guard disk["device"] == "cdrom", disk["type"] == "file" else { return nil }
        let path = disk.value("source/@file")
        guard path == nil ? !disk.has("source") : path == seed,
            let device = disk.value("target/@dev"), let bus = disk.value("target/@bus"),
            Self.buses.contains(bus), device.utf8.count <= 16,
            device.unicodeScalars.allSatisfy({ ("a"..."z").contains($0) })
        else { return nil }
        return Drive(device: device, bus: bus, path: path)
    }

    private static let buses = ["ide", "sata", "scsi"]
}

extension HelperParts.Taken {
    /// Adds the parts to a document that was judged.
    func add(to domain: Node) {
        if let emulator { domain.set("devices/emulator", emulator) }
        if let kernel {
            domain.set("os/kernel", kernel.kernel)
            domain.set("os/initrd", kernel.initrd)
        }
        if let commandLine { domain.set("os/cmdline", commandLine) }
        if hasSource { HelperParts.addSource(to: domain) }
        let devices = domain.make("devices")
        for drive in drives {
            let disk = devices.append("disk")
            disk.set("type", to: "file")
            disk.set("device", to: "cdrom")
            if let path = drive.path {
                disk.set("driver/@name", "qemu")
                disk.set("driver/@type", "raw")
                disk.set("source/@file", path)
            }
            disk.set("target/@dev", drive.device)
            disk.set("target/@bus", drive.bus)
            disk.make("readonly")
        }
    }
}
