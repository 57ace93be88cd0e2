import InstallMedia
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
            // `uefi` needs no value. Older versions ignore one.
            if run.values.has("uefi"), run.guest.version < .v50 || run.values["uefi"] == nil {
                run.values.set("uefi", "yes")
            }
        }
        for device in bootDevices { xml.value(device, roles: .allowed) }
        xml.flag("refresh-machine-type", roles: .allowed) { run, isOn in
            if isOn == true { try refreshMachine(run.guest) }
        }
        xml.option("os_type", at: "type", roles: .allowed)
        xml.option("arch", at: "type/@arch", roles: .allowed)
        xml.option("machine", at: "type/@machine", roles: .allowed)
        xml.option("bootloader", roles: .refused) { run, value in run.guest.set("bootloader", value)
        }
        xml.option("bootloader_args", roles: .refused) { run, value in
            run.guest.set("bootloader_args", value)
        }
        xml.option("domain_type", roles: .refused) { run, value in run.guest.type = value }
        xml.option("emulator", roles: .refused) { run, value in run.guest.emulator = value }
        xml.option("uefi", roles: .allowed) { run, value in
            run.guest.wantsUEFI = try value.map { try yesOrNo($0, key: "uefi") }
        }
        xml.option("loader", at: "loader", roles: .refused)
        xml.option("loader.readonly", "loader_ro", at: "loader/@readonly", .yesNo, roles: .refused)
        xml.option("loader.type", "loader_type", at: "loader/@type", roles: .refused)
        xml.option("loader.secure", "loader_secure", at: "loader/@secure", .yesNo, roles: .allowed)
        xml.since(.v50) { xml in
            xml.option("loader.stateless", at: "loader/@stateless", .yesNo, roles: .refused)
        }
        xml.option("firmware", at: "@firmware", roles: .allowed)
        xml.option(
            "firmware.feature#.enabled", at: "firmware/feature#/@enabled", .yesNo, roles: .allowed)
        xml.option("firmware.feature#.name", at: "firmware/feature#/@name", roles: .allowed)
        xml.option("nvram", at: "nvram", .absolutePath, roles: .refused)
        xml.option("nvram.template", "nvram_template", at: "nvram/@template", roles: .refused)
        xml.option("boot#.dev", at: "boot#/@dev", roles: .allowed)
        xml.option("bootmenu.enable", "menu", at: "bootmenu/@enable", .yesNo, roles: .allowed)
        xml.option("bootmenu.timeout", at: "bootmenu/@timeout", .integer, roles: .allowed)
        xml.option("bios.useserial", "useserial", at: "bios/@useserial", .yesNo, roles: .allowed)
        xml.option(
            "bios.rebootTimeout", "rebootTimeout", at: "bios/@rebootTimeout", .integer,
            roles: .allowed)
        xml.option("smbios.mode", "smbios_mode", at: "smbios/@mode", roles: .allowed)
        xml.since(.v51) { xml in
            xml.option("nvram.templateFormat", at: "nvram/@templateFormat", roles: .refused)
        }
        xml.option("kernel", at: "kernel", .absolutePath, roles: .refused)
        xml.option("initrd", at: "initrd", .absolutePath, roles: .refused)
        xml.option(
            names: ["cmdline", "extra_args", "kernel_args"], at: "cmdline", commas: true,
            roles: .refused)
        xml.option("dtb", at: "dtb", .absolutePath, roles: .refused)
        xml.option("acpi.table", at: "acpi/table", .absolutePath, roles: .refused)
        xml.option("acpi.table.type", at: "acpi/table/@type", roles: .refused)
        xml.option("init", at: "init", roles: .refused)
        xml.option("initargs", roles: .refused) { run, value in
            for argument in run.guest.root.elements(at: "os/initarg") { argument.remove() }
            let os = run.guest.root.make("os")
            for argument in try splitWords(value ?? "") { os.append("initarg").set(".", argument) }
        }
        xml.option("initarg#", at: "initarg#", roles: .refused)
        xml.option("initenv#", at: "initenv#", roles: .refused)
        xml.option("initenv#.name", at: "initenv#/@name", roles: .refused)
        xml.option("initdir", at: "initdir", roles: .refused)
        xml.option("inituser", at: "inituser", roles: .refused)
        xml.option("initgroup", at: "initgroup", roles: .refused)
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
