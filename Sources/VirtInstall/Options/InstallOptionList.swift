/// The options that describe the guest, in the order in which they are applied, wherever they
/// stand on the command line.
let installOptions: [InstallOption] = [
    .memory, .cpu, .vcpus, .metadata, .boot, .idmap, .disk, .network, .graphics, .controller,
    .input, .serial, .parallel, .channel, .console, .hostdev, .filesystem, .sound, .audio,
    .watchdog, .video, .smartcard, .redirdev, .memballoon, .tpm, .rng, .panic, .shmem, .memdev,
    .vsock, .iommu, .iothreads, .seclabel, .keywrap, .cputune, .numatune, .memtune, .blkiotune,
    .memorybacking, .features, .clock, .pm, .events, .resource, .sysinfo, .qemuCommandLine,
    .launchSecurity,
]
