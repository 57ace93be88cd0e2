import Text

/// Options with a title above them in `--help`.
struct CommandLineGroup {
    let title: String
    let options: [CommandLineOption]

    /// All options of virt-install 4.1.0, in its order.
    static let all = [
        common, general, installation, operatingSystem, device, configuration, platform,
        miscellaneous,
    ]

    private static let common = CommandLineGroup(
        title: "Options",
        options: [
            .flag("-h", "--help", help: "print this text and exit"),
            .flag(
                "--version",
                help: "print the version of virt-install that has these options, and exit"),
            .option("--connect", help: "the libvirt URI to connect to"),
        ])

    private static let general = CommandLineGroup(
        title: "General Options",
        options: [
            .option("-n", "--name", help: "the name of the new guest"),
            .list(
                "--memory", help: "its memory, in MiB; e.g. 1024 or memory=1024,currentMemory=512"),
            .option("-r", "--ram", type: .int),
            .list(
                "--vcpus",
                help: "its virtual CPUs; e.g. 5 or 5,maxvcpus=10,cpuset=1-4 or sockets=2,cores=4"),
            .list(
                "--cpu",
                help: "its CPU model and features; e.g. host-passthrough or coreduo,+x2apic"),
            .flag("--check-cpu"),
            .option("--cpuset"),
            .list(
                "--metadata",
                help: "name, title, uuid, description; e.g. name=vm1,title=\"A guest\""),
            .list(
                "--xml",
                help: "a change to the XML; e.g. ./cpu/@mode=maximum or xpath.delete=./clock"),
            .option("-u", "--uuid"),
            .option("--description"),
        ])

    private static let installation = CommandLineGroup(
        title: "Installation Method Options",
        options: [
            .option("-c"),
            .option("--cdrom", help: "an image or a drive to install from"),
            .option(
                "-l", "--location",
                help: "an installation tree or an ISO image; e.g. https://host/tree"),
            .flag("--pxe", help: "install over the network with PXE"),
            .flag(
                "--import",
                help: "create the guest from a disk that has an operating system; no installation"),
            .flag("--livecd"),
            .list("-x", "--extra-args", help: "more arguments for the kernel of --location"),
            .list("--initrd-inject", help: "a file to add to the initrd of --location"),
            .option(
                "--unattended", value: .optional,
                help: "install without questions, with the scripts of osinfo-db"),
            .option("--install", help: "details of the installation; e.g. kernel=PATH,initrd=PATH"),
            .option(
                "--reinstall",
                help: "reinstall an existing guest; options that describe a guest are ignored"),
            .option(
                "--cloud-init", value: .optional,
                help: "start a cloud image with data for cloud-init"),
            .option("--test-media-detection"),
            .flag("--test-stub-command"),
            .list("--boot", help: "how it boots; e.g. hd,cdrom,menu=on or firmware=efi"),
            .list(
                "--idmap",
                help: "IDs of a container; e.g. uid.start=0,uid.target=1000,uid.count=10"),
            .option("--init"),
        ])

    private static let operatingSystem = CommandLineGroup(
        title: "OS Options",
        options: [
            .option(
                "--os-variant", "--osinfo",
                help: "the operating system; e.g. fedora29, or list for all names"),
            .option("--os-type", as: "os-type-old"),
        ])

    private static let device = CommandLineGroup(
        title: "Device Options",
        options: [
            .list(
                "--disk",
                help: "a disk; e.g. size=10 or /images/a.qcow2,cache=none or device=cdrom or none"),
            .list(
                "-w", "--network",
                help: "a network interface; e.g. network=default,model=e1000, bridge=br0 or none"),
            .list(
                "--graphics",
                help: "a display; e.g. vnc,port=5901,listen=0.0.0.0 or spice or none"),
            .list("--controller", help: "a controller; e.g. type=usb,model=qemu-xhci"),
            .list("--input", help: "an input device; e.g. tablet or keyboard,bus=usb"),
            .list("--serial", help: "a serial port"),
            .list("--parallel", help: "a parallel port"),
            .list("--channel", help: "a channel between the guest and the host"),
            .list("--console", help: "a text console"),
            .list("--hostdev", help: "a PCI, USB or other device of the host for the guest"),
            .list("--host-device", as: "hostdev"),
            .list("--filesystem", help: "a directory of the host; e.g. /src,/mount/tag"),
            .list("--sound", value: .optional, help: "a sound card"),
            .list("--soundhw", as: "sound"),
            .list("--audio", help: "the host's audio backend"),
            .list("--watchdog", help: "a watchdog"),
            .list("--video", help: "a video card"),
            .list("--smartcard", help: "a smartcard; e.g. mode=passthrough"),
            .list(
                "--redirdev", help: "a redirected device; e.g. usb,type=tcp,server=192.0.2.1:4000"),
            .list("--memballoon", help: "a memory balloon; e.g. model=virtio"),
            .list("--tpm", help: "a TPM; e.g. /dev/tpm"),
            .list("--rng", help: "a source of random numbers; e.g. /dev/urandom"),
            .list("--panic", help: "a panic notifier; e.g. default"),
            .list("--shmem", help: "shared memory; e.g. name=shmem0"),
            .list("--memdev", help: "a memory module; e.g. dimm,target.size=1024"),
            .list("--vsock", help: "a vsock; e.g. cid.auto=yes"),
            .list("--iommu", help: "an IOMMU; e.g. model=intel,driver.aw_bits=48"),
            .list("-f", "--file"),
            .list("-s", "--file-size", type: .float),
            .flag("--nonsparse"),
            .flag("--nodisks"),
            .flag("--nonetworks"),
            .list("-b", "--bridge"),
            .list("-m", "--mac"),
            .flag("--vnc"),
            .option("--vncport", type: .int),
            .option("--vnclisten"),
            .option("-k", "--keymap"),
            .flag("--sdl"),
            .flag("--nographics"),
        ])

    private static let configuration = CommandLineGroup(
        title: "Guest Configuration Options",
        options: [
            .list("--iothreads", help: "I/O threads"),
            .list("--seclabel", "--security", help: "security labels of the guest"),
            .list("--keywrap", help: "S390 key wrapping"),
            .list("--cputune", help: "tuning of CPUs"),
            .list("--numatune", help: "NUMA placement"),
            .list("--memtune", help: "limits of memory"),
            .list("--blkiotune", help: "limits of block devices"),
            .list("--memorybacking", help: "how memory is backed; e.g. hugepages=on"),
            .list("--features", help: "hypervisor features; e.g. acpi=off or apic=on,apic.eoi=on"),
            .list(
                "--clock", help: "clock and timers; e.g. offset=localtime,rtc_tickpolicy=catchup"),
            .list("--pm", help: "power management"),
            .list("--events", help: "what happens at shutdown, reboot, crash"),
            .list("--resource", help: "the resource partition (cgroups)"),
            .list("--sysinfo", help: "SMBIOS data; e.g. host or bios.vendor=V,bios.version=1"),
            .list(
                "--qemu-commandline",
                help: "arguments for QEMU itself; e.g. '-display gtk,gl=on' or env=NAME=VALUE"),
            .list("--launchSecurity", "--launchsecurity", help: "encrypted memory; e.g. sev"),
        ])

    private static let platform = CommandLineGroup(
        title: "Virtualization Platform Options",
        options: [
            .flag(
                "-v", "--hvm", as: "os-type", stores: "hvm", isExclusive: true,
                help: "a fully virtualized guest"),
            .flag(
                "-p", "--paravirt", as: "os-type", stores: "xen", isExclusive: true,
                help: "a paravirtualized guest"),
            .flag(
                "--container", as: "os-type", stores: "exe", isExclusive: true,
                help: "a container"),
            .option("--virt-type", help: "the kind of hypervisor (kvm, qemu, xen, ...)"),
            .option("--arch", help: "the CPU architecture"),
            .option("--machine", help: "the machine type"),
            .flag("--accelerate"),
            .flag("--noapic"),
            .flag("--noacpi"),
        ])

    private static let miscellaneous = CommandLineGroup(
        title: "Miscellaneous Options",
        options: [
            .flag("--autostart", help: "start the guest when the host starts"),
            .flag(
                "--transient", help: "create a transient guest: libvirt forgets it when it stops"),
            .flag("--destroy-on-exit", help: "destroy the guest when virt-install ends"),
            .option(
                "--wait", value: .optional(meaning: "-1"), type: .int,
                help: "how many minutes to wait for the installation to end"),
            .flag("--prompt"),
            .flag("--force"),
            .option("--autoconsole", help: "the console to show: text, graphical, none"),
            .flag(
                "--noautoconsole", as: "autoconsole", stores: "none",
                help: "the console to show: text, graphical, none"),
            .flag("--noreboot", help: "do not start the guest after the installation"),
            .option(
                "--print-xml", value: .optional(meaning: "all"),
                help: "print the XML (of step 1, 2 or all) instead of creating the guest"),
            .option("--print-step"),
            .flag("--dry-run", help: "do everything except creating the guest and its disks"),
            .list("--check", help: "turn a check off or on; e.g. path_in_use=off or all=off"),
            .flag("-q", "--quiet", help: "print only errors"),
            .flag("-d", "--debug", help: "print what the run finds out"),
        ])
}
