extension InstallOption {
    static let boot = InstallOption(
        "boot", at: "os", sharing: [.clearXML, .xpath],
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
