import XML

// Seams (c), (f), (h), (i): what the guest is installed from, and the run.

/// What a guest is installed from, and what becomes of its XML on the way.
final class Installer {
    /// `--import` and the like: there is nothing to install.
    let hasNoInstallation: Bool
    /// The device that the installation boots from, e.g. `network`.
    let bootDevice: String?
    /// `--cdrom`.
    let disc: String?
    /// The guest is one that exists.
    let isReinstallation: Bool

    init(
        hasNoInstallation: Bool, bootDevice: String?, disc: String?, isReinstallation: Bool
    ) {
        self.hasNoInstallation = hasNoInstallation
        self.bootDevice = bootDevice
        self.disc = disc
        self.isReinstallation = isReinstallation
    }

    /// Whether the guest starts first with other XML than it keeps.
    var hasInstallPhase: Bool { !hasNoInstallation && (bootDevice != nil || disc != nil) }

    /// Whether the command line says how the guest is installed.
    var isSpecified: Bool { hasNoInstallation || hasInstallPhase }

    /// Completes the guest: devices of the installation, boot order, and the defaults.
    /// virt-install 4.1.0: `set_install_defaults`.
    func addInstallDefaults(to guest: Guest, options: InstallOptions) throws {
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
        let kinds = guest.devices("disk").map { $0["device"] ?? "disk" }
        if let bootDevice { return kinds.contains("disk") ? "hd" : bootDevice }
        return switch kinds.first {
        case "cdrom": "cdrom"
        case "floppy": "fd"
        default: "hd"
        }
    }

    /// The XML that the guest is started with, and the one that it keeps where that is another.
    func documents(_ guest: Guest, isDryRun: Bool) throws -> (first: String, second: String?) {
        try guest.complete()
        return (guest.root.serialized(format: true) + "\n", nil)
    }
}

/// What the options say of the installation. virt-install 4.1.0: `build_installer`.
func makeInstaller(
    options: InstallOptions, install: InstallChoice, guest: Guest
) throws -> Installer {
    var hasNone = install.hasNoInstallation
    var bootDevice = install.bootDevice
    if options.has("pxe") {
        bootDevice = "network"
    } else if !install.isGiven {
        hasNone =
            options.has("import") || options["print-xml"] != nil
            || !options.list("boot").isEmpty || options.has("cloud-init")
            || options.has("unattended")
    }
    return Installer(
        hasNoInstallation: hasNone, bootDevice: bootDevice, disc: nil,
        isReinstallation: options["reinstall"] != nil)
}

/// Makes and starts the guest and stays until the installation is over; the status.
func runInstaller(
    _ installer: Installer, guest: Guest, options: InstallOptions, checks: Checks
) throws -> Int32 {
    throw InstallFailure("only --print-xml and --dry-run are possible yet")
}

/// `--test-media-detection`.
func detectMedia(
    _ place: String, options: InstallOptions, host: TargetHost, output: Output
) throws {
    throw InstallFailure("no installation media is read yet")
}
