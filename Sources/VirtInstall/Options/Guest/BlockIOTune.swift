extension InstallOption {
    static let blkiotune = InstallOption(
        "blkiotune", at: "blkiotune", first: ["weight"], sharing: [.clearXML, .xpath],
        table: """
            weight weight int
            device#.path|device_path device#/path
            device#.weight|device_weight device#/weight
            device#.read_bytes_sec|read_bytes_sec device#/read_bytes_sec int
            device#.write_bytes_sec|write_bytes_sec device#/write_bytes_sec int
            device#.read_iops_sec|read_iops_sec device#/read_iops_sec int
            device#.write_iops_sec|write_iops_sec device#/write_iops_sec int
            """)
}
