import XML

extension InstallOption {
    /// virt-install 4.1.0: `ParserBoot`.
    static let boot = InstallOption("boot", .part("os"), sharing: [.clearXML, .xpath]) { xml in
        let bootDevices = ["hd", "cdrom", "fd", "network"]
        xml.prepare { run in
            // Devices make the boot order in which they were given: `--boot cdrom,hd`.
            let order = run.values.keys.filter { bootDevices.contains($0) }
            for device in order { run.values.remove(device) }
            if !order.isEmpty { run.guest.bootOrder = order }
            // `uefi` needs no value.
            if run.values.has("uefi") { run.values.set("uefi", "yes") }
        }
        for device in bootDevices { xml.value(device) }
        xml.flag("refresh-machine-type") { run, isOn in
            if isOn == true { try refreshMachine(run.guest) }
        }
        xml.option("os_type", at: "type")
        xml.option("arch", at: "type/@arch")
        xml.option("machine", at: "type/@machine")
        xml.option("bootloader") { run, value in run.guest.set("bootloader", value) }
        xml.option("bootloader_args") { run, value in run.guest.set("bootloader_args", value) }
        xml.option("domain_type") { run, value in run.guest.type = value }
        xml.option("emulator") { run, value in run.guest.emulator = value }
        xml.option("uefi") { run, _ in run.guest.wantsUEFI = true }
        xml.option("loader", at: "loader")
        xml.option("loader.readonly", "loader_ro", at: "loader/@readonly", .yesNo)
        xml.option("loader.type", "loader_type", at: "loader/@type")
        xml.option("loader.secure", "loader_secure", at: "loader/@secure", .yesNo)
        xml.option("firmware", at: "@firmware")
        xml.option("firmware.feature#.enabled", at: "firmware/feature#/@enabled", .yesNo)
        xml.option("firmware.feature#.name", at: "firmware/feature#/@name")
        xml.option("nvram", at: "nvram", .absolutePath)
        xml.option("nvram.template", "nvram_template", at: "nvram/@template")
        xml.option("boot#.dev", at: "boot#/@dev")
        xml.option("bootmenu.enable", "menu", at: "bootmenu/@enable", .yesNo)
        xml.option("bootmenu.timeout", at: "bootmenu/@timeout", .integer)
        xml.option("bios.useserial", "useserial", at: "bios/@useserial", .yesNo)
        xml.option("bios.rebootTimeout", "rebootTimeout", at: "bios/@rebootTimeout", .integer)
        xml.option("smbios.mode", "smbios_mode", at: "smbios/@mode")
        xml.option("kernel", at: "kernel", .absolutePath)
        xml.option("initrd", at: "initrd", .absolutePath)
        xml.option(names: ["cmdline", "extra_args", "kernel_args"], at: "cmdline", commas: true)
        xml.option("dtb", at: "dtb", .absolutePath)
        xml.option("acpi.table", at: "acpi/table", .absolutePath)
        xml.option("acpi.table.type", at: "acpi/table/@type")
        xml.option("init", at: "init")
        xml.option("initargs") { run, value in
            for argument in run.guest.root.elements(at: "os/initarg") { argument.remove() }
            let os = run.guest.root.make("os")
            for argument in try splitWords(value ?? "") { os.append("initarg").set(".", argument) }
        }
        xml.option("initarg#", at: "initarg#")
        xml.option("initenv#", at: "initenv#")
        xml.option("initenv#.name", at: "initenv#/@name")
        xml.option("initdir", at: "initdir")
        xml.option("inituser", at: "inituser")
        xml.option("initgroup", at: "initgroup")
    }
}

/// Replaces a versioned machine, e.g. `pc-q35-5.2`, by the newest of its kind, `q35`.
private func refreshMachine(_ guest: Guest) throws {
    let machine = guest.machine ?? ""
    // The host's answer must cover all machines, so ask without one.
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
