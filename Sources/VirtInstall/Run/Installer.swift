import InstallMedia
import Libvirt
import XML

/// What the guest is installed from, and the XML for each step of the installation.
///
/// An installation has two steps: the guest first boots the installation media, and then the
/// installed system. Each step has its own XML. virt-install 4.1.0: `Installer`.
final class Installer {
    /// There is nothing to install, e.g. with `--import`.
    let hasNoInstallation: Bool
    /// The boot device of the first step, e.g. `network`.
    let bootDevice: String?
    /// The path or URL of `--cdrom`.
    let disc: String?
    /// The guest exists already: `--reinstall`.
    let isReinstallation: Bool
    /// The media of `--location`, or only a kernel: `--install kernel=...`.
    let tree: TreeMedia?
    var cloudInit: CloudInit?
    /// `--autostart`.
    var startsWithHost = false
    var unattended: UnattendedChoice?

    /// Whether the installation's disc is in a drive of the guest.
    private var addedDisc = false
    /// With `--reinstall`, the XML of the existing guest, which it keeps.
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

    /// Whether the guest boots installation media first.
    private var hasInstallPhase: Bool {
        !hasNoInstallation && (bootDevice != nil || disc != nil || tree != nil)
    }

    /// Whether the first step needs XML of its own.
    private var hasTwoSteps: Bool {
        hasInstallPhase || cloudInit != nil || unattended != nil
    }

    /// Whether the run waits for the end of the first step, and then starts the guest again. Older
    /// versions leave a guest with two steps alone if it does not boot installation media.
    func restarts(_ version: InstallVersion) -> Bool {
        version < .v50 ? hasInstallPhase : hasTwoSteps
    }

    /// Whether the command line names an installation method.
    func isSpecified(_ version: InstallVersion) -> Bool {
        hasNoInstallation || restarts(version)
    }

    /// The image that is inserted into a drive of the guest.
    var discPath: String? {
        guard let tree else { return disc }
        return tree.source == .image ? tree.location : nil
    }

    // MARK: - detection

    /// The short ID of the operating system on the media; `nil` if it is unknown.
    func detectSystem(for guest: Guest) throws -> String? {
        if let tree {
            do {
                return try tree.distribution(installTarget(guest), catalog(guest)).system
            } catch let error as MediaError where error.kind != .broken && error.kind != .denied {
                throw InstallFailure("Error validating install location: \(error.message)")
            }
        }
        // The image of another host cannot be read here.
        guard let disc, !guest.host.isRemote else { return nil }
        return ImageDescriptor(ofImage: disc).flatMap(catalog(guest).medium)?.system
    }

    // MARK: - the guest's XML

    /// Adds the installation's devices, the boot order, and all defaults.
    /// virt-install 4.1.0: `set_install_defaults`.
    func addInstallDefaults(to guest: Guest, options: CommandLineValues) throws {
        if isReinstallation { originalXML = serialized(guest) }
        // Before the boot order, which depends on the drives.
        try addDisc(to: guest)
        if guest.bootOrder.isEmpty, Self.canOrder(guest) {
            guest.bootOrder = bootOrder(finalBootDevice(guest), guest)
        }
        if !isReinstallation { try addGuestDefaults(guest) }
    }

    /// Whether `<boot dev=...>` may be set. libvirt rejects it together with a boot order of
    /// devices.
    private static func canOrder(_ guest: Guest) -> Bool {
        !guest.isContainer && guest.text("os/kernel") == nil
            && !guest.allDevices.contains { $0.has("boot/@order") }
    }

    private func bootOrder(_ first: String, _ guest: Guest) -> [String] {
        let hasDisk = guest.devices("disk").contains { ($0["device"] ?? "disk") == "disk" }
        return hasDisk && first != "hd" ? [first, "hd"] : [first]
    }

    /// The first boot device after the installation.
    private func finalBootDevice(_ guest: Guest) -> String {
        // A live CD is never installed.
        if disc != nil, hasNoInstallation { return "cdrom" }
        let kinds = guest.devices("disk").map { $0["device"] ?? "disk" }
        if let bootDevice { return kinds.contains("disk") ? "hd" : bootDevice }
        return switch kinds.first {
        case "cdrom": "cdrom"
        case "floppy": "fd"
        default: "hd"
        }
    }

    /// Inserts the installation's disc. Its drive comes before other CD-ROM drives, so that it
    /// boots.
    private func addDisc(to guest: Guest) throws {
        guard !addedDisc, let path = discPath else { return }
        addedDisc = true
        let others = guest.devices("disk").filter { $0["device"] == "cdrom" }
        // An existing guest keeps its devices, so use its drive.
        if isReinstallation, let first = others.first {
            try insertDisc(path, into: first, of: guest)
            return
        }
        let drive = guest.addDevice("disk")
        drive.set("device", to: "cdrom")
        try insertDisc(path, into: drive, of: guest)
        // A new guest gets the defaults of all devices later.
        if isReinstallation { try addDiskDefaults(drive, guest) }
        if let first = others.first { drive.move(before: first) }
    }

    /// The media that were prepared for one run, and a copy of the guest that uses them.
    struct Prepared {
        let guest: Guest
        fileprivate var kernel: KernelPair?
        fileprivate var commandLine: String?
        fileprivate var distribution: Distribution?
        /// The target device, e.g. `sda`, of the drive with the answer files or cloud-init's data.
        fileprivate var seedDrive: String?
        /// The path of the disc in it.
        fileprivate var seed: String?

        fileprivate init(_ guest: Guest) { self.guest = guest }
    }

    /// Downloads and creates what the first step boots from. `guest` must be complete.
    func prepare(
        _ guest: Guest, scratch: ScratchArea, progress: @escaping TransferProgress
    ) throws -> Prepared {
        let xml = serialized(guest)
        // Again, because `complete()` has sorted the elements.
        if isReinstallation { originalXML = xml }
        let copy = try Guest(host: guest.host, output: guest.output, xml: xml)
        copy.hasDefaultTPM = guest.hasDefaultTPM
        var prepared = Prepared(copy)
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
            prepared.kernel = KernelPair(kernel: paths[0], initrd: paths[1])
            prepared.commandLine = line
            prepared.distribution = found
            // Older versions ignore `--cloud-init` here.
            if guest.version < .v50 { return prepared }
        }
        let image: String
        if let answers, tree == nil {
            image = try answers.makeImage(in: try scratch.files(), progress: progress)
        } else if let cloudInit {
            image = try cloudInit.makeImage(
                guest.version, in: try scratch.files(), reading: guest.host.files,
                permits: guest.host.gate.urls)
        } else {
            return prepared
        }
        try insertSeed(image, into: &prepared, scratch, progress)
        return prepared
    }

    /// Adds a drive with the disc that the helper made.
    private func insertSeed(
        _ image: String, into prepared: inout Prepared, _ scratch: ScratchArea,
        _ progress: @escaping TransferProgress
    ) throws {
        let copy = prepared.guest
        let drive = copy.addDevice("disk")
        drive.set("device", to: "cdrom")
        let seed = try scratch.visible([image], progress: progress)[0]
        // Not by `insertDisc`: the disc is the helper's own, and in no pool that a role grants.
        if copy.host.gate.usesVolumes {
            drive.set("source/@file", seed)
            drive.set("type", to: "file")
            copy.storage[drive] = DiskStorage(scratchFile: seed)
        } else {
            try insertDisc(seed, into: drive, of: copy)
        }
        try addDiskDefaults(drive, copy)
        if copy.version >= .v50 { try addSCSIController(copy) }
        prepared.seedDrive = drive.value("target/@dev")
        prepared.seed = seed
    }

    /// The XML of the first step, or `nil` if there is only one step, and the XML that the guest
    /// keeps. virt-install 4.1.0: `_build_xml`.
    func documents(
        of prepared: Prepared, isDryRun: Bool = false
    ) throws -> (first: PermittedXML?, kept: PermittedXML) {
        let kept = serialized(prepared.guest)
        let (host, output) = (prepared.guest.host, prepared.guest.output)
        let parts = HelperParts(
            emulator: try host.gate.asksKnownEmulatorsOnly
                ? prepared.guest.support().emulator : nil, kernel: prepared.kernel,
            commandLine: prepared.commandLine, seed: prepared.seed)
        // In a dry run the volumes are missing, so only the XML of an existing domain, which may
        // contain secrets, is judged.
        let judge = { (xml: String) -> PermittedXML in
            isDryRun && !self.isReinstallation
                ? .own(xml) : try host.gate.judge(xml, parts: parts)
        }
        guard hasTwoSteps else {
            let judged = try judge(originalXML ?? kept)
            output.debug("the guest's XML:\n\(judged.text)")
            return (nil, judged)
        }
        // Each step changes a copy of its own.
        let first = try Guest(host: host, output: output, xml: kept)
        try addMedia(to: first, prepared)
        let last = try Guest(host: host, output: output, xml: kept)
        try removeMedia(from: last, prepared)
        let documents = (
            try judge(serialized(first)), try judge(originalXML ?? serialized(last))
        )
        output.debug("the XML of the installation:\n\(documents.0.text)")
        output.debug("the XML that the guest keeps:\n\(documents.1.text)")
        return documents
    }

    /// The XML of both steps for `--print-xml` and `--dry-run`; `second` is `nil` if there is only
    /// one.
    func documents(
        _ guest: Guest, isDryRun: Bool
    ) throws -> (first: String, second: String?) {
        try guest.complete()
        return try withScratchArea(guest.host) { scratch in
            let prepared = try prepare(guest, scratch: scratch) { _ in }
            let volumes = CreatedVolumes()
            do {
                // As in virt-install: --print-xml creates the volumes, unless there is --dry-run,
                // too.
                if !isDryRun, !isReinstallation {
                    try volumes.create(for: guest, ProgressMeter(guest.version, guest.output))
                }
                let (first, kept) = try documents(of: prepared, isDryRun: isDryRun)
                volumes.keep()
                return first.map { ($0.text, kept.text) } ?? (kept.text, nil)
            } catch {
                volumes.remove()
                throw error
            }
        }
    }

    /// Step 1: boot the installation media. virt-install 4.1.0: `_alter_bootconfig`.
    private func addMedia(to guest: Guest, _ prepared: Prepared) throws {
        // The installer reboots when it is done. The guest must then stop, because it has to be
        // started with the XML of step 2.
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
        if cloudInit != nil {
            setCloudInitSource(guest)
            // The boot loader of a cloud image would measure its first boot and then restart.
            if guest.version >= .v50, prepared.guest.hasDefaultTPM, guest.isUEFI {
                guest.devices("tpm").first?.remove()
            }
        }
        guest.sort()
    }

    /// Makes cloud-init read its data from the disc: it looks at the serial number in SMBIOS.
    /// virt-install 4.1.0: `set_smbios_serial_cloudinit`.
    private func setCloudInitSource(_ guest: Guest) {
        guard guest.host.isQEMU || guest.host.isTest, guest.isX86 || guest.isARMVirt,
            guest.text("os/smbios/@mode") ?? "sysinfo" == "sysinfo"
        else { return }
        let serial = "sysinfo[@type='smbios']/system/entry[@name='serial']"
        guard guest.text(serial) == nil else { return }
        HelperParts.addSource(to: guest.root)
    }

    /// Step 2: eject the discs of the installation.
    private func removeMedia(from guest: Guest, _ prepared: Prepared) throws {
        let drives = guest.devices("disk").filter { $0["device"] == "cdrom" }
        // Windows reads its disc again after the first restart.
        if addedDisc, try !isWindows(guest), let path = discPath,
            let drive = try drives.first(where: {
                try sourcePath(of: $0) == path
                    || $0["type"] == "volume" && guest.resolveStorage(of: $0).path == path
            })
        {
            try insertDisc(nil, into: drive, of: guest)
        }
        if let name = prepared.seedDrive,
            let drive = drives.first(where: { $0.value("target/@dev") == name })
        {
            try insertDisc(nil, into: drive, of: guest)
        }
    }

    private func serialized(_ guest: Guest) -> String {
        guest.root.serialized(format: true) + "\n"
    }

    private func installTarget(_ guest: Guest) throws -> InstallTarget {
        InstallTarget(
            architecture: guest.architecture ?? "x86_64", isXen: guest.osType == "xen",
            distribution: try systemDistribution(guest), version: guest.version)
    }
}
