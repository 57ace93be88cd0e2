/// The options that describe the guest. They are applied in virt-install's order, wherever they are
/// on the command line.
let installOptions: [InstallOption] = [
    .memory, .cpu, .vcpus, .metadata, .boot, .idmap, .disk, .network, .graphics, .controller,
    .input, .serial, .parallel, .channel, .console, .hostdev, .filesystem, .sound, .audio,
    .watchdog, .video, .smartcard, .redirdev, .memballoon, .tpm, .rng, .panic, .shmem, .memdev,
    .vsock, .iommu, .iothreads, .seclabel, .keywrap, .cputune, .numatune, .memtune, .blkiotune,
    .memorybacking, .features, .clock, .pm, .events, .resource, .sysinfo, .qemuCommandLine,
    .launchSecurity,
]

/// The options that say how to install, and `--xml`, which changes the finished XML.
let choiceOptions: [InstallOption] = [
    .check, .location, .unattended, .install, .cloudInit, .xml, .osVariant,
]
