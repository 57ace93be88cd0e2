import InstallMedia

/// The options that describe the guest. They are applied in virt-install's order, wherever they are
/// on the command line. `--xml` changes the finished XML.
func installOptions(_ version: InstallVersion) -> [InstallOption] {
    let options: [InstallOption] = [
        .memory, .cpu, .vcpus, .metadata, .xml, .boot, .idmap, .disk, .network, .graphics,
        .controller, .input, .serial, .parallel, .channel, .console, .hostdev, .filesystem, .sound,
        .audio, .watchdog, .video, .smartcard, .redirdev, .memballoon, .tpm, .rng, .panic, .shmem,
        .memdev, .vsock, .iommu, .pstore, .iothreads, .seclabel, .keywrap, .cputune, .numatune,
        .memtune, .blkiotune, .memorybacking, .features, .clock, .pm, .events, .resource, .sysinfo,
        .qemuCommandLine, .launchSecurity,
    ].filter { version >= $0.since }
    guard version < .v50, let xml = options.firstIndex(where: { $0.name == "xml" }) else {
        return options
    }
    // Older versions apply it last.
    return options[..<xml] + options[(xml + 1)...] + [options[xml]]
}

/// The options that say how to install.
let choiceOptions: [InstallOption] = [
    .check, .location, .unattended, .install, .cloudInit, .osVariant,
]
