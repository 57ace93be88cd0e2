/// What libvirt and QEMU's driver add to a domain's XML by themselves, besides what the allow-list
/// has. An administrator's settings are not in it: limits (`iotune`, `bandwidth`, `cputune`,
/// `memtune`, `blkiotune`), filters (`filterref`), static labels, `qemu:commandline`,
/// files, host devices.
///
/// libvirt 9.0.0 to 11.3.0: domain_conf.c (formatting), domain_postparse.c and qemu_domain.c
/// (defaults), qemu_process.c and qemu_alias.c (what a start adds).
enum AddedByLibvirt {
    private typealias Row = AllowedElement

    static let rows = domain + devices + disks + interfaces + addresses + aliases

    private static let domain = [
        // The number of a running domain.
        Row("domain", ["id": .number]),
        // The cgroup of a running domain; this is the default's name.
        Row("domain/resource"),
        Row("domain/resource/partition", text: "/machine"),
        // A running domain has labels that the security driver chose. Static ones, none, and a
        // `baselabel` are an administrator's.
        Row("domain/seclabel*", ["type!": "dynamic", "model": .token, "relabel": "yes"]),
        Row("domain/seclabel/label", text: .text),
        Row("domain/seclabel/imagelabel", text: .text),
        // Which vCPUs are on, if `current` is less than the maximum.
        Row("domain/vcpus"),
        Row(
            "domain/vcpus/vcpu*",
            ["id!": .number, "enabled": "yes|no", "hotpluggable": "yes|no", "order": .number]),
        // libvirt chooses the firmware if `firmware` is given; `PresentRules` requires that. The
        // file of the variables is then libvirt's own.
        Row(
            "domain/os/loader",
            ["readonly": "yes", "secure": "yes|no", "type": "pflash|rom", "format": "raw|qcow2"],
            text: .below(firmware)),
        Row(
            "domain/os/nvram",
            ["template": .below(firmware), "templateFormat": "raw|qcow2", "format": "raw|qcow2"],
            text: .below(["/var/lib/libvirt/qemu/nvram/"])),
        // The interrupt controller of ARM guests.
        Row("domain/features/gic", ["version": "2|3|host"]),
        // The CPU that a model of the host became at the start.
        Row("domain/cpu/vendor", text: .token),
        Row("domain/cpu/model", ["vendor_id": .text]),
        Row("domain/cpu/topology", ["clusters": .number]),
        Row(
            "domain/cpu/maxphysaddr",
            ["mode!": "passthrough|emulate", "bits": .number, "limit": .number]),
        // The default of the architecture. A program elsewhere is an administrator's choice.
        Row(
            "domain/devices/emulator",
            text: .below([
                "/usr/bin/qemu-system-", "/usr/libexec/qemu-kvm", "/usr/bin/qemu-kvm",
                "/usr/bin/kvm",
            ])),
    ]

    private static let firmware = [
        "/usr/share/OVMF/", "/usr/share/AAVMF/", "/usr/share/edk2/", "/usr/share/qemu/",
        "/usr/share/qemu-efi-aarch64/", "/usr/share/seabios/",
    ]

    private static let disks =
        [
            // An empty drive becomes `file`; `PresentRules` rejects one with a source.
            Row("domain/devices/disk", ["type!": "file"]),
            // The number of the image in the running QEMU, and the images behind it. That they are
            // volumes that this session may use was judged when the disk was added.
            Row("domain/devices/disk/source", ["index": .number]),
        ] + backingStores

    /// libvirt nests the images of a chain.
    private static let backingStores = (1...16).flatMap { depth in
        let path = "domain/devices/disk" + String(repeating: "/backingStore", count: depth)
        return [
            Row(path, ["type": "file|volume", "index": .number]),
            Row("\(path)/format", ["type!": "raw|qcow2"]),
            Row(
                "\(path)/source",
                ["file": .volumePath, "pool": .pool, "volume": .volume, "index": .number]),
        ]
    }

    private static let interfaces = [
        // A running interface shows how its network connects it. `PresentRules` requires that it
        // names a network.
        Row("domain/devices/interface", ["type!": "bridge|direct"]),
        Row(
            "domain/devices/interface/source",
            ["portid": .token, "bridge": .token, "dev": .token, "mode": "bridge"]),
        Row("domain/devices/interface/target", ["dev!": .token]),
        // An administrator may have chosen another vendor's prefix. That restricts nothing.
        Row("domain/devices/interface/mac", ["address!": .text]),
    ]

    private static let devices = [
        // The pty of a running domain.
        Row("domain/devices/serial/source", ["path!": .below(["/dev/pts/"])]),
        Row("domain/devices/console/source", ["path!": .below(["/dev/pts/"])]),
        Row("domain/devices/console", ["tty": .below(["/dev/pts/"])]),
        // Consoles and serial ports of other architectures.
        Row(
            "domain/devices/serial/target",
            ["type": "system-serial|spapr-vio-serial|sclp-serial|isa-debug"]),
        Row("domain/devices/console/target", ["type": "sclp"]),
        // The socket that libvirt names itself, and whether the agent in the guest has opened it.
        Row(
            "domain/devices/channel/source",
            ["path": .below(["/var/lib/libvirt/qemu/channel/", "/run/libvirt/qemu/channel/"])]),
        Row("domain/devices/channel/target", ["state": "connected|disconnected"]),
        // The port of a running domain.
        Row("domain/devices/graphics", ["port": .number]),
        Row("domain/devices/graphics/audio", ["id!": .number]),
        // libvirt adds this one for VNC.
        Row("domain/devices/audio*", ["id!": .number, "type!": "none"]),
        // The sizes that belong to the model.
        Row("domain/devices/video/model", ["ram": .number, "vgamem": .number]),
        // If there are more USB devices than ports.
        Row("domain/devices/hub*", ["type!": "usb"]),
        // What a start of swtpm wrote.
        Row("domain/devices/tpm/backend/profile", ["source": .token, "name": .token]),
    ]

    private static let devicesWithAddress = [
        "audio", "channel", "console", "controller", "disk", "graphics", "hub", "input",
        "interface", "iommu", "memballoon", "panic", "rng", "serial", "tpm", "video", "watchdog",
    ]

    /// libvirt gives each device a place in the guest.
    private static let addresses = devicesWithAddress.map { device in
        Row(
            "domain/devices/\(device)/address",
            [
                "type": "pci|drive|virtio-serial|ccid|usb|isa|virtio-mmio|ccw|spapr-vio|unassigned",
                "domain": .token, "bus": .token, "slot": .token, "function": .token,
                "controller": .number, "target": .number, "unit": .number, "port": .token,
                "multifunction": "on|off", "iobase": .token, "irq": .token, "reg": .token,
                "cssid": .token, "ssid": .token, "devno": .token,
            ])
    }

    /// A running device has a name in QEMU.
    private static let aliases = devicesWithAddress.map { device in
        Row("domain/devices/\(device)/alias", ["name!": .token])
    }
}
