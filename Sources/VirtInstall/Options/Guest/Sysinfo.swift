import XML

extension InstallOption {
    /// virt-install 4.1.0: `ParserSysinfo`.
    static let sysinfo = InstallOption(
        "sysinfo", .newElement("sysinfo"), first: ["type"], sharing: [.clearXML, .xpath]
    ) { xml in
        xml.prepare { run in
            if !run.values.has("type") { run.values.set("type", "smbios") }
            // Uses with the same type describe one element.
            let type = run.values["type"]
            if let known = run.guest.root.elements("sysinfo").first(where: {
                $0 != run.node && $0["type"] == type && type != nil
            }) {
                run.reuse(known)
            }
        }
        xml.option("type", commas: true, roles: .refused) { run, value in
            // These take the data from the host or from QEMU, so there is no element.
            if value == "host" || value == "emulate" {
                return run.guest.set("os/smbios/@mode", value)
            }
            if value == "smbios" { run.guest.set("os/smbios/@mode", "sysinfo") }
            run.set("@type", value)
        }
        xml.option("bios.vendor", "bios_vendor", at: "bios/entry[@name='vendor']", roles: .refused)
        xml.option(
            "bios.version", "bios_version", at: "bios/entry[@name='version']", roles: .refused)
        xml.option("bios.date", "bios_date", at: "bios/entry[@name='date']", roles: .refused)
        xml.option(
            "bios.release", "bios_release", at: "bios/entry[@name='release']", roles: .refused)
        xml.option(
            "system.manufacturer", "system_manufacturer", at: "system/entry[@name='manufacturer']",
            roles: .refused)
        xml.option(
            "system.product", "system_product", at: "system/entry[@name='product']", roles: .refused
        )
        xml.option(
            "system.version", "system_version", at: "system/entry[@name='version']", roles: .refused
        )
        xml.option(
            "system.serial", "system_serial", at: "system/entry[@name='serial']", roles: .refused)
        xml.option("system.uuid", "system_uuid", roles: .refused) { run, value in
            // libvirt fails if it differs from the guest's own.
            run.set("system/entry[@name='uuid']", value)
            run.guest.set("uuid", value)
        }
        xml.option("system.sku", "system_sku", at: "system/entry[@name='sku']", roles: .refused)
        xml.option(
            "system.family", "system_family", at: "system/entry[@name='family']", roles: .refused)
        xml.option(
            "baseBoard.manufacturer", "baseBoard_manufacturer",
            at: "baseBoard/entry[@name='manufacturer']", roles: .refused)
        xml.option(
            "baseBoard.product", "baseBoard_product", at: "baseBoard/entry[@name='product']",
            roles: .refused)
        xml.option(
            "baseBoard.version", "baseBoard_version", at: "baseBoard/entry[@name='version']",
            roles: .refused)
        xml.option(
            "baseBoard.serial", "baseBoard_serial", at: "baseBoard/entry[@name='serial']",
            roles: .refused)
        xml.option(
            "baseBoard.asset", "baseBoard_asset", at: "baseBoard/entry[@name='asset']",
            roles: .refused)
        xml.option(
            "baseBoard.location", "baseBoard_location", at: "baseBoard/entry[@name='location']",
            roles: .refused)
        xml.option(
            "chassis.manufacturer", at: "chassis/entry[@name='manufacturer']", roles: .refused)
        xml.option("chassis.version", at: "chassis/entry[@name='version']", roles: .refused)
        xml.option("chassis.serial", at: "chassis/entry[@name='serial']", roles: .refused)
        xml.option("chassis.asset", at: "chassis/entry[@name='asset']", roles: .refused)
        xml.option("chassis.sku", at: "chassis/entry[@name='sku']", roles: .refused)
        xml.option("oemStrings.entry#", at: "oemStrings/entry#", commas: true, roles: .refused)
        xml.option("entry#", at: "entry#", commas: true, roles: .refused)
        xml.option("entry#.name", at: "entry#/@name", commas: true, roles: .refused)
        xml.option("entry#.file", at: "entry#/@file", commas: true, roles: .refused)
    }
}
