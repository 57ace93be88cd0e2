extension InstallOption {
    /// virt-install 4.1.0: `ParserBlkiotune`.
    static let blkiotune = InstallOption(
        "blkiotune", .part("blkiotune"), first: ["weight"], sharing: [.clearXML, .xpath]
    ) { xml in
        xml.option("weight", at: "weight", .integer, roles: .refused)
        xml.option("device#.path", "device_path", at: "device#/path", roles: .refused)
        xml.option("device#.weight", "device_weight", at: "device#/weight", roles: .refused)
        xml.option(
            "device#.read_bytes_sec", "read_bytes_sec", at: "device#/read_bytes_sec", .integer,
            roles: .refused)
        xml.option(
            "device#.write_bytes_sec", "write_bytes_sec", at: "device#/write_bytes_sec", .integer,
            roles: .refused)
        xml.option(
            "device#.read_iops_sec", "read_iops_sec", at: "device#/read_iops_sec", .integer,
            roles: .refused)
        xml.option(
            "device#.write_iops_sec", "write_iops_sec", at: "device#/write_iops_sec", .integer,
            roles: .refused)
    }
}
