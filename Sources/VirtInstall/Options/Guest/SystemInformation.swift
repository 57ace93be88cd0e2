extension InstallOption {
    static let sysinfo = InstallOption(
        "sysinfo", at: "sysinfo", makes: true, first: ["type"], sharing: [.clearXML, .xpath],
        table: """
            type @type comma call
            bios.vendor|bios_vendor bios/entry[@name='vendor']
            bios.version|bios_version bios/entry[@name='version']
            bios.date|bios_date bios/entry[@name='date']
            bios.release|bios_release bios/entry[@name='release']
            system.manufacturer|system_manufacturer system/entry[@name='manufacturer']
            system.product|system_product system/entry[@name='product']
            system.version|system_version system/entry[@name='version']
            system.serial|system_serial system/entry[@name='serial']
            system.uuid|system_uuid system/entry[@name='uuid'] call
            system.sku|system_sku system/entry[@name='sku']
            system.family|system_family system/entry[@name='family']
            baseBoard.manufacturer|baseBoard_manufacturer baseBoard/entry[@name='manufacturer']
            baseBoard.product|baseBoard_product baseBoard/entry[@name='product']
            baseBoard.version|baseBoard_version baseBoard/entry[@name='version']
            baseBoard.serial|baseBoard_serial baseBoard/entry[@name='serial']
            baseBoard.asset|baseBoard_asset baseBoard/entry[@name='asset']
            baseBoard.location|baseBoard_location baseBoard/entry[@name='location']
            chassis.manufacturer chassis/entry[@name='manufacturer']
            chassis.version chassis/entry[@name='version']
            chassis.serial chassis/entry[@name='serial']
            chassis.asset chassis/entry[@name='asset']
            chassis.sku chassis/entry[@name='sku']
            oemStrings.entry# oemStrings/entry# comma
            entry# entry# comma
            entry#.name entry#/@name comma
            entry#.file entry#/@file comma
            """)
}
