import InstallMedia
import Text

/// Options with a title above them in `--help`.
struct CommandLineGroup {
    let title: String
    let options: [CommandLineOption]

    /// The options that a version has.
    static func options(_ version: InstallVersion) -> [CommandLineOption] {
        all.flatMap { $0.options(version) }
    }

    func options(_ version: InstallVersion) -> [CommandLineOption] {
        options.filter { $0.exists(in: version) }
    }

    /// All options of all versions, in virt-install's order.
    static let all = [
        common, general, installation, operatingSystem, device, configuration, platform,
        miscellaneous,
    ]

    private static let common = CommandLineGroup(
        title: "Options",
        options: [
            .flag("-h", "--help", roles: .allowed, help: "print this text and exit"),
            .flag(
                "--version", roles: .allowed,
                help: "print the version of virt-install that has these options, and exit"),
            .option("--connect", roles: .refused, help: "the libvirt URI to connect to"),
        ])

    private static let general = CommandLineGroup(
        title: "General Options",
        options: [
            .option("-n", "--name", roles: .allowed, help: "the name of the new guest"),
            .list(
                "--memory", roles: .allowed,
                help: "its memory, in MiB; e.g. 1024 or memory=1024,currentMemory=512"),
            .option("-r", "--ram", type: .int, roles: .allowed),
            .list(
                "--vcpus", roles: .allowed,
                help: "its virtual CPUs; e.g. 5 or 5,maxvcpus=10,cpuset=1-4 or sockets=2,cores=4"),
            .list(
                "--cpu", roles: .allowed,
                help: "its CPU model and features; e.g. host-passthrough or coreduo,+x2apic"),
            .flag("--check-cpu", roles: .refused),
            .option("--cpuset", roles: .refused),
            .list(
                "--metadata", roles: .allowed,
                help: "name, title, uuid, description; e.g. name=vm1,title=\"A guest\""),
            .list(
                "--xml", roles: .allowed,
                help: "a change to the XML; e.g. ./cpu/@mode=maximum or xpath.delete=./clock"),
            .option("-u", "--uuid", roles: .allowed),
            .option("--description", roles: .allowed),
        ])

    private static let installation = CommandLineGroup(
        title: "Installation Method Options",
        options: [
            .option("-c", roles: .allowed),
            .option("--cdrom", roles: .allowed, help: "an image or a drive to install from"),
            .option(
                "-l", "--location", roles: .allowed,
                help: "an installation tree or an ISO image; e.g. https://host/tree"),
            .flag("--pxe", roles: .allowed, help: "install over the network with PXE"),
            .flag(
                "--import", roles: .allowed,
                help: "create the guest from a disk that has an operating system; no installation"),
            .flag("--livecd", roles: .allowed),
            .list(
                "-x", "--extra-args", roles: .allowed,
                help: "more arguments for the kernel of --location"),
            .list(
                "--initrd-inject", roles: .allowed,
                help: "a file to add to the initrd of --location"),
            .option(
                "--unattended", value: .optional, roles: .refused,
                help: "install without questions, with the scripts of osinfo-db"),
            .option(
                "--install", roles: .allowed,
                help: "details of the installation; e.g. kernel=PATH,initrd=PATH"),
            .option(
                "--reinstall", roles: .allowed,
                help: "reinstall an existing guest; options that describe a guest are ignored"),
            .option(
                "--cloud-init", value: .optional, roles: .allowed,
                help: "start a cloud image with data for cloud-init"),
            .option("--test-media-detection", roles: .refused),
            .flag("--test-stub-command", roles: .refused),
            .list(
                "--boot", roles: .allowed,
                help: "how it boots; e.g. hd,cdrom,menu=on or firmware=efi"),
            .list(
                "--idmap", roles: .refused,
                help: "IDs of a container; e.g. uid.start=0,uid.target=1000,uid.count=10"),
            .option("--init", roles: .refused),
        ])

    private static let operatingSystem = CommandLineGroup(
        title: "OS Options",
        options: [
            .option(
                "--os-variant", "--osinfo", versions: .before(.v51), roles: .allowed,
                help: "the operating system; e.g. fedora29, or list for all names"),
            .option(
                "--osinfo", "--os-variant", as: "os-variant", versions: .since(.v51),
                roles: .allowed,
                help: "the operating system; e.g. fedora29, or list for all names"),
            .option("--os-type", as: "os-type-old", roles: .allowed),
        ])

    private static let device = CommandLineGroup(
        title: "Device Options",
        options: [
            .list(
                "--disk", roles: .allowed,
                help: "a disk; e.g. size=10 or /images/a.qcow2,cache=none or device=cdrom or none"),
            .list(
                "-w", "--network", roles: .allowed,
                help: "a network interface; e.g. network=default,model=e1000, bridge=br0 or none"),
            .list(
                "--graphics", roles: .allowed,
                help: "a display; e.g. vnc,port=5901,listen=0.0.0.0 or spice or none"),
            .list(
                "--controller", roles: .allowed, help: "a controller; e.g. type=usb,model=qemu-xhci"
            ),
            .list(
                "--input", roles: .allowed, help: "an input device; e.g. tablet or keyboard,bus=usb"
            ),
            .list("--serial", roles: .allowed, help: "a serial port"),
            .list("--parallel", roles: .refused, help: "a parallel port"),
            .list("--channel", roles: .allowed, help: "a channel between the guest and the host"),
            .list("--console", roles: .allowed, help: "a text console"),
            .list(
                "--hostdev", roles: .refused,
                help: "a PCI, USB or other device of the host for the guest"),
            .list("--host-device", as: "hostdev", roles: .refused),
            .list(
                "--filesystem", roles: .refused,
                help: "a directory of the host; e.g. /src,/mount/tag"),
            .list("--sound", value: .optional, roles: .allowed, help: "a sound card"),
            .list("--soundhw", as: "sound", roles: .refused),
            .list("--audio", roles: .refused, help: "the host's audio backend"),
            .list("--watchdog", roles: .allowed, help: "a watchdog"),
            .list("--video", roles: .allowed, help: "a video card"),
            .list("--smartcard", roles: .refused, help: "a smartcard; e.g. mode=passthrough"),
            .list(
                "--redirdev", roles: .refused,
                help: "a redirected device; e.g. usb,type=tcp,server=192.0.2.1:4000"),
            .list("--memballoon", roles: .allowed, help: "a memory balloon; e.g. model=virtio"),
            .list("--tpm", roles: .allowed, help: "a TPM; e.g. /dev/tpm"),
            .list("--rng", roles: .allowed, help: "a source of random numbers; e.g. /dev/urandom"),
            .list("--panic", roles: .allowed, help: "a panic notifier; e.g. default"),
            .list("--shmem", roles: .refused, help: "shared memory; e.g. name=shmem0"),
            .list("--memdev", roles: .refused, help: "a memory module; e.g. dimm,target.size=1024"),
            .list("--vsock", roles: .refused, help: "a vsock; e.g. cid.auto=yes"),
            .list("--iommu", roles: .allowed, help: "an IOMMU; e.g. model=intel,driver.aw_bits=48"),
            .list(
                "--pstore", versions: .since(.v51), roles: .refused,
                help: "storage for the guest kernel's last messages; e.g. backend=acpi-erst,size=8"
            ),
            .list("-f", "--file", roles: .refused),
            .list("-s", "--file-size", type: .float, roles: .refused),
            .flag("--nonsparse", roles: .refused),
            .flag("--nodisks", roles: .allowed),
            .flag("--nonetworks", roles: .allowed),
            .list("-b", "--bridge", roles: .refused),
            .list("-m", "--mac", roles: .refused),
            .flag("--vnc", roles: .allowed),
            .option("--vncport", type: .int, roles: .refused),
            .option("--vnclisten", roles: .refused),
            .option("-k", "--keymap", roles: .refused),
            .flag("--sdl", roles: .refused),
            .flag("--nographics", roles: .allowed),
        ])

    private static let configuration = CommandLineGroup(
        title: "Guest Configuration Options",
        options: [
            .list("--iothreads", roles: .allowed, help: "I/O threads"),
            .list(
                "--seclabel", "--security", roles: .refused, help: "security labels of the guest"),
            .list("--keywrap", roles: .refused, help: "S390 key wrapping"),
            .list("--cputune", roles: .refused, help: "tuning of CPUs"),
            .list("--numatune", roles: .refused, help: "NUMA placement"),
            .list("--memtune", roles: .refused, help: "limits of memory"),
            .list("--blkiotune", roles: .refused, help: "limits of block devices"),
            .list(
                "--memorybacking", roles: .refused, help: "how memory is backed; e.g. hugepages=on"),
            .list(
                "--features", roles: .allowed,
                help: "hypervisor features; e.g. acpi=off or apic=on,apic.eoi=on"),
            .list(
                "--clock", roles: .allowed,
                help: "clock and timers; e.g. offset=localtime,rtc_tickpolicy=catchup"),
            .list("--pm", roles: .allowed, help: "power management"),
            .list("--events", roles: .allowed, help: "what happens at shutdown, reboot, crash"),
            .list("--resource", roles: .refused, help: "the resource partition (cgroups)"),
            .list(
                "--sysinfo", roles: .refused,
                help: "SMBIOS data; e.g. host or bios.vendor=V,bios.version=1"),
            .list(
                "--qemu-commandline", roles: .refused,
                help: "arguments for QEMU itself; e.g. '-display gtk,gl=on' or env=NAME=VALUE"),
            .list(
                "--launchSecurity", "--launchsecurity", roles: .refused,
                help: "encrypted memory; e.g. sev"),
        ])

    private static let platform = CommandLineGroup(
        title: "Virtualization Platform Options",
        options: [
            .flag(
                "-v", "--hvm", as: "os-type", stores: "hvm", isExclusive: true, roles: .allowed,
                help: "a fully virtualized guest"),
            .flag(
                "-p", "--paravirt", as: "os-type", stores: "xen", isExclusive: true,
                roles: .refused,
                help: "a paravirtualized guest"),
            .flag(
                "--container", as: "os-type", stores: "exe", isExclusive: true, roles: .refused,
                help: "a container"),
            .option(
                "--virt-type", roles: .allowed, help: "the kind of hypervisor (kvm, qemu, xen, ...)"
            ),
            .option("--arch", roles: .allowed, help: "the CPU architecture"),
            .option("--machine", roles: .allowed, help: "the machine type"),
            .flag("--accelerate", roles: .allowed),
            .flag("--noapic", roles: .allowed),
            .flag("--noacpi", roles: .allowed),
        ])

    private static let miscellaneous = CommandLineGroup(
        title: "Miscellaneous Options",
        options: [
            .flag("--autostart", roles: .refused, help: "start the guest when the host starts"),
            .flag(
                "--transient", roles: .allowed,
                help: "create a transient guest: libvirt forgets it when it stops"),
            .flag(
                "--destroy-on-exit", roles: .allowed,
                help: "destroy the guest when virt-install ends"),
            .option(
                "--wait", value: .optional(meaning: "-1"), type: .int, roles: .allowed,
                help: "how many minutes to wait for the installation to end"),
            .flag("--prompt", roles: .allowed),
            .flag("--force", roles: .refused),
            .option(
                "--autoconsole", roles: .allowed, help: "the console to show: text, graphical, none"
            ),
            .flag(
                "--noautoconsole", as: "autoconsole", stores: "none", roles: .allowed,
                help: "the console to show: text, graphical, none"),
            .flag(
                "--noreboot", roles: .allowed, help: "do not start the guest after the installation"
            ),
            .option(
                "--print-xml", value: .optional(meaning: "all"), roles: .allowed,
                help: "print the XML (of step 1, 2 or all) instead of creating the guest"),
            .option("--print-step", roles: .allowed),
            .flag(
                "--dry-run", roles: .allowed,
                help: "do everything except creating the guest and its disks"),
            .list(
                "--check", roles: .allowed,
                help: "turn a check off or on; e.g. path_in_use=off or all=off"),
            .flag("-q", "--quiet", roles: .allowed, help: "print only errors"),
            .flag("-d", "--debug", roles: .allowed, help: "print what the run finds out"),
        ])
}
