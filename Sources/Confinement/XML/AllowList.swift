/// What XML from a confined client may contain. Everything else is refused: any other element,
/// attribute, text, namespace, DOCTYPE, entity, processing instruction or XInclude.
///
/// The same rows as the contract's table, of which Tests/ConfinementTests/Fixtures has a copy.
/// Which values exclude each other is in `XMLRules`.
package enum AllowList {
    private typealias Row = AllowedElement

    package static let rows = domain + disks + interfaces + devices + volume + snapshot + checkpoint

    private static let domain = [
        Row("domain", ["type!": "kvm|qemu"]),
        Row("domain/name", text: .name),
        Row("domain/uuid", text: .uuid),
        Row("domain/title", text: .text),
        Row("domain/description", text: .text),
        Row("domain/metadata"),
        Row("domain/metadata/libosinfo:libosinfo"),
        Row("domain/metadata/libosinfo:libosinfo/libosinfo:os", ["id": .text]),
        Row("domain/memory", ["unit": .token], text: .memory),
        Row("domain/currentMemory", ["unit": .token], text: .memory),
        Row("domain/vcpu", ["placement": "static", "current": .vcpus], text: .vcpus),
        Row("domain/iothreads", text: .number),
        Row("domain/os", ["firmware": "bios|efi"]),
        Row("domain/os/type", ["arch": .token, "machine": .token], text: "hvm"),
        Row("domain/os/loader", ["secure": "no"]),
        Row("domain/os/boot*", ["dev!": "hd|cdrom|network"]),
        Row("domain/os/bootmenu", ["enable": "yes|no", "timeout": .number]),
        Row("domain/os/bios", ["useserial": "yes|no", "rebootTimeout": .number]),
        Row("domain/os/smbios", ["mode!": "emulate"]),
        Row("domain/os/firmware"),
        Row(
            "domain/os/firmware/feature*",
            ["enabled!": "yes|no", "name!": "secure-boot|enrolled-keys"]),
        Row("domain/features"),
        Row("domain/features/acpi"),
        Row("domain/features/apic", ["eoi": "on|off"]),
        Row("domain/features/pae"),
        Row("domain/features/smm", ["state": "on|off"]),
        Row("domain/features/vmport", ["state": "on|off"]),
        Row("domain/features/hyperv", ["mode": "custom|passthrough"]),
        Row("domain/features/hyperv/relaxed", ["state": "on|off"]),
        Row("domain/features/hyperv/vapic", ["state": "on|off"]),
        Row("domain/features/hyperv/spinlocks", ["state": "on|off", "retries": .number]),
        Row(
            "domain/cpu",
            [
                "mode": "host-model|host-passthrough|maximum|custom",
                "match": "exact|minimum|strict", "check": "none|partial|full",
                "migratable": "on|off",
            ]),
        Row("domain/cpu/model", ["fallback": "allow|forbid"], text: .token),
        Row("domain/cpu/cache", ["level": .number, "mode": "passthrough|emulate|disable"]),
        Row(
            "domain/cpu/topology",
            ["sockets": .number, "dies": .number, "cores": .number, "threads": .number]),
        Row(
            "domain/cpu/feature*",
            ["policy": "force|require|optional|disable|forbid", "name!": .token]),
        Row("domain/clock", ["offset": "utc|localtime"]),
        Row(
            "domain/clock/timer*",
            ["name!": .token, "tickpolicy": "delay|catchup|merge|discard", "present": "yes|no"]),
        Row("domain/on_poweroff", text: "destroy|restart|preserve"),
        Row("domain/on_reboot", text: "destroy|restart|preserve"),
        Row("domain/on_crash", text: "destroy|restart|preserve"),
        Row("domain/pm"),
        Row("domain/pm/suspend-to-mem", ["enabled": "yes|no"]),
        Row("domain/pm/suspend-to-disk", ["enabled": "yes|no"]),
        Row("domain/devices"),
    ]

    /// Nothing of type file, block, dir, network, nvme, vhostuser, vhostvdpa: only volumes, by pool
    /// and name.
    private static let disks = [
        Row("domain/devices/disk*", ["type!": "volume", "device": "disk|cdrom"]),
        Row(
            "domain/devices/disk/driver",
            [
                "name": "qemu", "type!": "raw|qcow2", "cache": "none|writeback|unsafe",
                "io": "threads|native", "discard": "ignore|unmap",
            ]),
        Row("domain/devices/disk/source", ["pool!": .pool, "volume!": .volume]),
        Row(
            "domain/devices/disk/target",
            ["dev!": .token, "bus": "virtio|scsi|sata|ide", "tray": "open|closed"]),
        Row("domain/devices/disk/readonly"),
        Row("domain/devices/disk/serial", text: .token),
        Row("domain/devices/disk/boot", ["order": .number]),
        Row("domain/devices/disk/alias", ["name": .token]),
        Row(
            "domain/devices/disk/address",
            [
                "type": "pci|drive", "domain": .token, "bus": .token, "slot": .token,
                "function": .token, "controller": .number, "target": .number, "unit": .number,
                "multifunction": "on|off",
            ]),
    ]

    /// Nothing of type bridge, direct, ethernet, hostdev, vdpa, vhostuser, server, client, mcast,
    /// udp, internal. A backend has no log file, tap or vhost device.
    private static let interfaces = [
        Row("domain/devices/interface*", ["type!": "network|user"]),
        Row("domain/devices/interface/mac", ["address!": .mac]),
        Row("domain/devices/interface/source", ["network!": .network]),
        Row("domain/devices/interface/model", ["type!": "virtio|e1000|e1000e|rtl8139"]),
        Row("domain/devices/interface/backend", ["type!": "passt"]),
        Row(
            "domain/devices/interface/portForward*", ["proto!": "tcp|udp", "address": .hostAddress]),
        Row(
            "domain/devices/interface/portForward/range*",
            ["start!": .hostPort, "end": .hostPort, "to": .number]),
        Row("domain/devices/interface/link", ["state!": "up|down"]),
        Row("domain/devices/interface/boot", ["order": .number]),
        Row("domain/devices/interface/alias", ["name": .token]),
        Row(
            "domain/devices/interface/address",
            [
                "type": "pci", "domain": .token, "bus": .token, "slot": .token, "function": .token,
                "multifunction": "on|off",
            ]),
    ]

    /// Character devices are ptys of the host: no file, dev, pipe, unix, tcp, udp, log, protocol.
    private static let devices = [
        Row("domain/devices/serial*", ["type!": "pty"]),
        Row(
            "domain/devices/serial/target",
            ["type": "isa-serial|pci-serial|usb-serial", "port": .number]),
        Row("domain/devices/serial/target/model", ["name": .token]),
        Row("domain/devices/console*", ["type!": "pty"]),
        Row("domain/devices/console/target", ["type": "serial|virtio", "port": .number]),
        Row("domain/devices/channel*", ["type!": "unix"]),
        Row("domain/devices/channel/source", ["mode": "bind"]),
        Row(
            "domain/devices/channel/target", ["type!": "virtio", "name!": "org.qemu.guest_agent.0"]),
        Row(
            "domain/devices/controller*",
            [
                "type!": "usb|scsi|sata|ide|pci|virtio-serial|ccid", "model": .token,
                "index": .number, "ports": .number,
            ]),
        Row(
            "domain/devices/controller/address",
            [
                "type": "pci", "domain": .token, "bus": .token, "slot": .token, "function": .token,
                "multifunction": "on|off",
            ]),
        Row("domain/devices/controller/master", ["startport": .number]),
        Row("domain/devices/controller/model", ["name": .token]),
        Row("domain/devices/controller/target", ["chassis": .number, "port": .token]),
        Row("domain/devices/input*", ["type!": "mouse|tablet|keyboard", "bus": "usb|ps2|virtio"]),
        Row(
            "domain/devices/graphics*",
            ["type!": "vnc", "port": "-1", "autoport": "yes", "listen": "127.0.0.1"]),
        Row("domain/devices/graphics/listen", ["type!": "address", "address": "127.0.0.1"]),
        Row("domain/devices/video*"),
        Row(
            "domain/devices/video/model",
            [
                "type!": "vga|virtio|bochs|qxl|cirrus|none", "vram": .number, "heads": .number,
                "primary": "yes",
            ]),
        Row("domain/devices/rng*", ["model!": "virtio"]),
        Row("domain/devices/rng/backend", ["model!": "random"], text: "/dev/urandom"),
        Row("domain/devices/rng/rate", ["bytes": .number, "period": .number]),
        Row("domain/devices/memballoon*", ["model!": "virtio|none"]),
        Row("domain/devices/memballoon/stats", ["period": .number]),
        Row(
            "domain/devices/watchdog*",
            ["model!": "itco|i6300esb|diag288", "action": "reset|shutdown|poweroff|pause|none"]),
        Row("domain/devices/panic*", ["model": "isa|hyperv|pvpanic"]),
        Row("domain/devices/tpm*", ["model": "tpm-tis|tpm-crb"]),
        Row("domain/devices/tpm/backend", ["type!": "emulator", "version": "1.2|2.0"]),
        Row("domain/devices/iommu*", ["model!": "intel|virtio"]),
    ]

    /// For `vol-create` and `vol-create-from`.
    private static let volume = [
        Row("volume", ["type": "file"]),
        Row("volume/name", text: .token),
        Row("volume/capacity", ["unit": .token], text: .number),
        Row("volume/allocation", ["unit": .token], text: .number),
        Row("volume/target"),
        Row("volume/target/format", ["type!": "raw|qcow2"]),
        Row("volume/target/compat", text: "1.1"),
        Row("volume/backingStore"),
        Row("volume/backingStore/path", text: .volumePath),
        Row("volume/backingStore/format", ["type!": "raw|qcow2"]),
    ]

    /// For `snapshot-create`: inside of the domain's own qcow2 volumes, and never with a `<domain>`
    /// of the client's.
    private static let snapshot = [
        Row("domainsnapshot"),
        Row("domainsnapshot/name", text: .token),
        Row("domainsnapshot/description", text: .text),
        Row("domainsnapshot/memory", ["snapshot!": "no|internal"]),
    ]

    private static let checkpoint = [
        Row("domaincheckpoint"),
        Row("domaincheckpoint/name", text: .token),
        Row("domaincheckpoint/description", text: .text),
        Row("domaincheckpoint/disks"),
        Row("domaincheckpoint/disks/disk*", ["name!": .token, "checkpoint": "no|bitmap"]),
    ]
}
