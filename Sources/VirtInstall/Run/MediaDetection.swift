/// `--test-media-detection`: prints the operating system that is found at a path or URL.
func detectMedia(
    _ place: String, options: CommandLineValues, host: TargetHost, output: InstallOutput
) throws {
    // Detection depends only on the guest's architecture and type.
    let guest = Guest(host: host, output: output)
    if let architecture = options["arch"] { guest.architecture = architecture }
    if let type = options["os-type"] { guest.osType = type }
    try addCapabilitiesDefaults(guest)
    let tree = try TreeMedia(
        location: place, locationKernel: nil, locationInitrd: nil, kernel: nil, initrd: nil,
        host: host, output: output)
    if tree.source == .image { _ = try checkedDisc(place, guest) }
    let installer = Installer(
        hasNoInstallation: false, bootDevice: nil, disc: nil, tree: tree, isReinstallation: false)
    output.result(try installer.detectSystem(for: guest) ?? "None")
}
