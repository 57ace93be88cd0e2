import Host
import InstallMedia
import Libvirt
import XML

/// What a guest is installed from, and what becomes of its XML on the way.
/// virt-install 4.1.0: `Installer`.
final class Installer {
    /// `--import` and the like: there is nothing to install.
    let hasNoInstallation: Bool
    /// The device that the installation boots from, e.g. `network`.
    let bootDevice: String?
    /// `--cdrom`.
    let disc: String?
    /// The guest is one that exists.
    let isReinstallation: Bool
    /// `--location`, or a kernel alone.
    let tree: TreeMedia?
    var cloudInit: CloudInit?
    var startsWithHost = false
    var unattended: UnattendedChoice?

    /// The CD-ROM drive that the installation put its disc into.
    private var addedDisc = false
    /// What a guest that exists was before.
    private var originalXML: String?

    init(
        hasNoInstallation: Bool, bootDevice: String?, disc: String?, tree: TreeMedia?,
        isReinstallation: Bool
    ) {
        self.hasNoInstallation = hasNoInstallation
        self.bootDevice = disc == nil ? bootDevice : "cdrom"
        self.disc = disc
        self.tree = tree
        self.isReinstallation = isReinstallation
    }

    /// Whether the guest starts first with other XML than it keeps.
    var hasInstallPhase: Bool {
        !hasNoInstallation && (bootDevice != nil || disc != nil || tree != nil)
    }

    /// Whether the command line says how the guest is installed.
    var isSpecified: Bool { hasNoInstallation || hasInstallPhase }

    /// The image that the guest finds in a drive.
    var discPath: String? {
        guard let tree else { return disc }
        return tree.source == .image ? tree.location : nil
    }

    // MARK: - what is to be installed

    /// The operating system that the media hold, by its short id; `nil` where nobody knows.
    func detectSystem(for guest: Guest) throws -> String? {
        if let tree {
            do {
                return try tree.distribution(installTarget(guest), catalog(guest)).system
            } catch let error as MediaError where error.kind != .broken {
                throw InstallFailure("Error validating install location: \(error.message)")
            }
        }
        guard let disc, !guest.host.isRemote else { return nil }
        return ImageDescriptor(ofImage: disc).flatMap(catalog(guest).medium)?.system
    }

    // MARK: - the guest's documents

    /// Completes the guest: devices of the installation, boot order, and the defaults.
    /// virt-install 4.1.0: `set_install_defaults`.
    func addInstallDefaults(to guest: Guest, options: CommandLineValues) throws {
        if isReinstallation { originalXML = serialized(guest) }
        try addDisc(to: guest)
        if guest.bootOrder.isEmpty, Self.canOrder(guest) {
            guest.bootOrder = bootOrder(finalBootDevice(guest), guest)
        }
        if !isReinstallation { try addGuestDefaults(guest) }
    }

    static func canOrder(_ guest: Guest) -> Bool {
        !guest.isContainer && guest.text("os/kernel") == nil
            && !guest.allDevices.contains { $0.has("boot/@order") }
    }

    func bootOrder(_ first: String, _ guest: Guest) -> [String] {
        let hasDisk = guest.devices("disk").contains { ($0["device"] ?? "disk") == "disk" }
        return hasDisk && first != "hd" ? [first, "hd"] : [first]
    }

    private func finalBootDevice(_ guest: Guest) -> String {
        if disc != nil, hasNoInstallation { return "cdrom" }
        let kinds = guest.devices("disk").map { $0["device"] ?? "disk" }
        if let bootDevice { return kinds.contains("disk") ? "hd" : bootDevice }
        return switch kinds.first {
        case "cdrom": "cdrom"
        case "floppy": "fd"
        default: "hd"
        }
    }

    /// Puts the installation's disc before other CD-ROMs, so that it is the one that boots.
    private func addDisc(to guest: Guest) throws {
        guard !addedDisc, let path = discPath else { return }
        addedDisc = true
        let others = guest.devices("disk").filter { $0["device"] == "cdrom" }
        if isReinstallation, let first = others.first {
            try putDisc(path, into: first, of: guest)
            return
        }
        let drive = guest.addDevice("disk")
        drive.set("device", to: "cdrom")
        try putDisc(path, into: drive, of: guest)
        if isReinstallation { try addDiskDefaults(drive, guest) }
        if let first = others.first { drive.move(before: first) }
    }

    /// What a run makes before the guest starts: it is gone when this goes.
    final class Prepared {
        let guest: Guest
        fileprivate let kernel: KernelPair?
        fileprivate let commandLine: String?
        fileprivate let distribution: Distribution?
        /// The drive with the answers or the data for cloud-init, by the name of its device.
        fileprivate let seedDrive: String?

        fileprivate init(
            guest: Guest, kernel: KernelPair?, commandLine: String?, distribution: Distribution?,
            seedDrive: String?
        ) {
            self.guest = guest
            self.kernel = kernel
            self.commandLine = commandLine
            self.distribution = distribution
            self.seedDrive = seedDrive
        }
    }

    /// Fetches and makes what the installation boots from; `guest` is complete.
    func prepare(
        _ guest: Guest, scratch: ScratchArea, progress: @escaping Progress
    ) throws -> Prepared {
        let xml = serialized(guest)
        if isReinstallation { originalXML = xml }
        let copy = try Guest(host: guest.host, output: guest.output, xml: xml)
        let found = try tree?.distribution(installTarget(copy), catalog(copy))
        let answers = try unattended.map {
            try Unattended($0, for: copy, disc: disc, tree: tree, found)
        }
        if let tree, let found {
            let line = tree.commandLine(
                key: try kernelURLArgument(of: found.system, copy),
                answers: answers?.commandLine, copy.output)
            let files = try tree.fetch(
                found, injecting: answers?.files ?? [], into: try scratch.files(),
                progress: progress)
            let paths = try scratch.visible([files.kernel, files.initrd], progress: progress)
            return Prepared(
                guest: copy, kernel: KernelPair(kernel: paths[0], initrd: paths[1]),
                commandLine: line, distribution: found, seedDrive: nil)
        }
        let image: String
        if let answers {
            image = try answers.makeImage(in: try scratch.files(), progress: progress)
        } else if let cloudInit {
            image = try cloudInit.makeImage(in: try scratch.files())
        } else {
            return Prepared(
                guest: copy, kernel: nil, commandLine: nil, distribution: nil, seedDrive: nil)
        }
        let drive = copy.addDevice("disk")
        drive.set("device", to: "cdrom")
        try putDisc(
            try scratch.visible([image], progress: progress)[0], into: drive, of: copy)
        try addDiskDefaults(drive, copy)
        return Prepared(
            guest: copy, kernel: nil, commandLine: nil, distribution: nil,
            seedDrive: drive.value("target/@dev"))
    }

    /// The XML that the guest is started with where that is not what it keeps, and the one that it
    /// keeps. virt-install 4.1.0: `_build_xml`.
    func documents(of prepared: Prepared) throws -> (first: String?, kept: String) {
        let kept = serialized(prepared.guest)
        let (host, output) = (prepared.guest.host, prepared.guest.output)
        guard hasInstallPhase || cloudInit != nil || unattended != nil else {
            output.debug("the guest's XML:\n\(originalXML ?? kept)")
            return (nil, originalXML ?? kept)
        }
        let first = try Guest(host: host, output: output, xml: kept)
        try makeInstall(first, prepared)
        let last = try Guest(host: host, output: output, xml: kept)
        try removeMedia(from: last, prepared)
        let documents = (serialized(first), originalXML ?? serialized(last))
        output.debug("the XML that it is installed with:\n\(documents.0)")
        output.debug("the XML that it keeps:\n\(documents.1)")
        return documents
    }

    /// The XML that the guest is started with, and the one that it keeps where that is another.
    func documents(
        _ guest: Guest, isDryRun: Bool
    ) throws -> (first: String, second: String?) {
        try guest.complete()
        return try withScratchArea(guest.host) { scratch in
            let prepared = try prepare(guest, scratch: scratch) { _ in }
            if !isDryRun, !isReinstallation {
                try MadeVolumes().make(guest, ProgressMeter(guest.output))
            }
            let (first, kept) = try documents(of: prepared)
            return first.map { ($0, kept) } ?? (kept, nil)
        }
    }

    /// Step 1: what the installation boots from. virt-install 4.1.0: `_alter_bootconfig`.
    private func makeInstall(_ guest: Guest, _ prepared: Prepared) throws {
        guest.set("on_reboot", "destroy")
        if let kernel = prepared.kernel {
            guest.set("os/kernel", kernel.kernel)
            guest.set("os/initrd", kernel.initrd)
        }
        if let line = prepared.commandLine, !line.isEmpty { guest.set("os/cmdline", line) }
        if let bootDevice, Self.canOrder(guest) {
            guest.bootOrder = bootOrder(bootDevice, guest)
        } else {
            guest.bootOrder = []
        }
        if let tree, let distribution = prepared.distribution, tree.needsNetwork(distribution),
            let needed = try networkInstallMemory(guest)
        {
            let memory = guest.number("currentMemory") ?? guest.number("memory") ?? 0
            if needed > memory {
                guest.output.warn(
                    "Overriding memory to \(needed / 1024) MiB needed for "
                        + "\(try systemName(guest)) network install.")
                guest.set("currentMemory", String(needed))
                if guest.number("memory") ?? 0 < needed { guest.set("memory", String(needed)) }
            }
        }
        if cloudInit != nil { tellCloudInit(guest) }
        guest.sort()
    }

    /// Says to cloud-init that its data is on a disc. virt-install 4.1.0:
    /// `set_smbios_serial_cloudinit`.
    private func tellCloudInit(_ guest: Guest) {
        guard guest.host.isQEMU || guest.host.isTest, guest.isX86 || guest.isARMVirt,
            guest.text("os/smbios/@mode") ?? "sysinfo" == "sysinfo"
        else { return }
        let serial = "sysinfo[@type='smbios']/system/entry[@name='serial']"
        guard guest.text(serial) == nil else { return }
        guest.set("os/smbios/@mode", "sysinfo")
        guest.set(serial, "ds=nocloud")
    }

    /// Step 2: the guest without the discs of its installation.
    private func removeMedia(from guest: Guest, _ prepared: Prepared) throws {
        let drives = guest.devices("disk").filter { $0["device"] == "cdrom" }
        // The installation of a Windows goes on when the guest has restarted.
        if addedDisc, try !isWindows(guest), let path = discPath,
            let drive = drives.first(where: { sourcePath(of: $0) == path })
        {
            try putDisc(nil, into: drive, of: guest)
        }
        if let name = prepared.seedDrive,
            let drive = drives.first(where: { $0.value("target/@dev") == name })
        {
            try putDisc(nil, into: drive, of: guest)
        }
    }

    private func serialized(_ guest: Guest) -> String {
        guest.root.serialized(format: true) + "\n"
    }

    private func installTarget(_ guest: Guest) throws -> InstallTarget {
        InstallTarget(
            architecture: guest.architecture ?? "x86_64", isXen: guest.osType == "xen",
            distribution: try systemDistribution(guest))
    }
}
