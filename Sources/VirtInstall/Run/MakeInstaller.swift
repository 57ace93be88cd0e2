import InstallMedia

/// Makes the installer from the options. virt-install 4.1.0: `build_installer`.
func makeInstaller(
    options: CommandLineValues, install: InstallChoice, guest: Guest
) throws -> Installer {
    var hasNone = install.hasNoInstallation
    var bootDevice = install.bootDevice
    var disc: String?
    var location: LocationChoice?
    var place: String?
    if guest.version >= .v50, options.has("unattended"), options.has("cloud-init") {
        throw conflict("--unattended", "--cloud-init")
    }
    let unattended = try UnattendedChoice(options, guest.version)
    // In virt-install's order of precedence: the first method wins, and the others are ignored
    // without an error.
    if let system = install.os {
        place = try treeLocation(of: system, profile: unattended?.values["profile"], guest)
        guest.output.say("Using \(system) --location \(place ?? "")")
    } else if options.has("location"), let text = options["location"] {
        location = try LocationChoice(text, guest.version)
        place = location?.location
    } else if options.has("cdrom") {
        disc = options["cdrom"]
        if options.has("livecd") { hasNone = true }
    } else if options.has("pxe") {
        bootDevice = "network"
    } else if !install.isGiven,
        options.has("import") || options["print-xml"] != nil || !options.list("boot").isEmpty
            || guest.version < .v50 && (options.has("cloud-init") || unattended != nil)
    {
        // These need no method: there is something that the guest can boot, or it is only printed.
        hasNone = true
    }
    var tree: TreeMedia?
    if let path = disc {
        disc = try checkedDisc(path, guest)
    } else if place != nil || location?.kernel != nil || location?.initrd != nil
        || install.kernel != nil || install.initrd != nil
    {
        tree = try TreeMedia(
            location: place, locationKernel: location?.kernel,
            locationInitrd: location?.initrd, kernel: install.kernel, initrd: install.initrd,
            host: guest.host, output: guest.output)
        if let tree, tree.source == .image, let path = tree.location {
            _ = try checkedDisc(path, guest)
        }
    }
    var arguments = options.list("extra-args")
    if let own = install.kernelArguments {
        // As in virt-install, they replace all other arguments with or without
        // `kernel_args_overwrite`. Only the check below depends on it.
        tree?.onlyArguments = own
        if !install.overwritesArguments { arguments = [own] }
    }
    if !arguments.isEmpty {
        guard let tree else {
            throw InstallFailure(
                "Kernel arguments are only supported with location or kernel installs.")
        }
        tree.arguments = arguments
    }
    if !options.list("initrd-inject").isEmpty {
        guard let tree else {
            throw InstallFailure("Install method does not support initrd injections.")
        }
        tree.injections = options.list("initrd-inject")
    }
    let installer = Installer(
        hasNoInstallation: hasNone, bootDevice: bootDevice, disc: disc, tree: tree,
        isReinstallation: options["reinstall"] != nil)
    installer.unattended = unattended
    installer.startsWithHost = options.has("autostart")
    installer.cloudInit = try CloudInitChoice(options, guest.version, guest.output)
        .map(CloudInit.init)
    return installer
}

extension CloudInit {
    init(_ choice: CloudInitChoice) {
        self.init()
        generatesRootPassword = choice.generatesPassword
        disable = choice.disables
        rootPasswordFile = choice.values["root-password-file"]
        rootSSHKey = choice.values["root-ssh-key"]
        userSSHKey = choice.values["clouduser-ssh-key"]
        userData = choice.values["user-data"]
        metaData = choice.values["meta-data"]
        networkConfig = choice.values["network-config"]
    }
}
