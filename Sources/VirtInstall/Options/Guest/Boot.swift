import XML

extension InstallOption {
    static let boot = InstallOption(
        "boot", at: "os", sharing: [.clearXML, .xpath], prepare: prepareBoot, take: takeBoot,
        table: """
            hd - call
            cdrom - call
            fd - call
            network - call
            refresh-machine-type - bool call
            os_type type
            arch type/@arch
            machine type/@machine
            bootloader - call
            bootloader_args - call
            domain_type - call
            emulator - call
            uefi - call
            loader loader
            loader.readonly|loader_ro loader/@readonly yesno
            loader.type|loader_type loader/@type
            loader.secure|loader_secure loader/@secure yesno
            firmware @firmware
            firmware.feature#.enabled firmware/feature#/@enabled yesno
            firmware.feature#.name firmware/feature#/@name
            nvram nvram file
            nvram.template|nvram_template nvram/@template
            boot#.dev boot#/@dev
            bootmenu.enable|menu bootmenu/@enable yesno
            bootmenu.timeout bootmenu/@timeout int
            bios.useserial|useserial bios/@useserial yesno
            bios.rebootTimeout|rebootTimeout bios/@rebootTimeout int
            smbios.mode|smbios_mode smbios/@mode
            kernel kernel file
            initrd initrd file
            cmdline|extra_args|kernel_args cmdline comma
            dtb dtb file
            acpi.table acpi/table file
            acpi.table.type acpi/table/@type
            init init
            initargs - call
            initarg# initarg#
            initenv# initenv#
            initenv#.name initenv#/@name
            initdir initdir
            inituser inituser
            initgroup initgroup
            """)
}

/// Names of devices make a boot order; `uefi` may stand without a value.
private func prepareBoot(_ run: OptionRun) throws -> Bool {
    let order = run.given.keys.filter { ["hd", "cdrom", "fd", "network"].contains($0) }
    for device in order { run.given.take(device) }
    if !order.isEmpty { run.guest.bootOrder = order }
    if run.given.has("uefi") { run.given.set("uefi", "yes") }
    return true
}

private func takeBoot(_ run: OptionRun, _ row: Row, _ value: String?) throws {
    let guest = run.guest
    switch row.names[0] {
    case "refresh-machine-type": if value == "yes" { try refreshMachine(guest) }
    case "bootloader": guest.set("bootloader", value)
    case "bootloader_args": guest.set("bootloader_args", value)
    case "domain_type": guest.type = value
    case "emulator": guest.emulator = value
    case "uefi": guest.wantsUEFI = true
    case "initargs":
        for argument in guest.root.elements(at: "os/initarg") { argument.remove() }
        let os = guest.root.make("os")
        for argument in try shellWords(value ?? "") { os.append("initarg").set(".", argument) }
    default: break
    }
}

/// From a machine of one version to the newest of its kind.
private func refreshMachine(_ guest: Guest) throws {
    let machine = guest.machine ?? ""
    guest.machine = nil
    for (name, _) in try guest.support().aliases {
        let prefix =
            switch name {
            case "pc": "pc-i440fx-"
            case "q35": "pc-q35-"
            default: name + "-"
            }
        if machine.hasPrefix(prefix) {
            guest.machine = name
            return
        }
    }
    throw OptionMistake("Don't know how to refresh machine type '\(machine)'")
}
