extension InstallOption {
    static let memorybacking = InstallOption(
        "memorybacking", at: "memoryBacking", sharing: [.clearXML, .xpath],
        table: """
            hugepages hugepages presence
            hugepages.page#.size|size hugepages/page#/@size
            hugepages.page#.unit|unit hugepages/page#/@unit
            hugepages.page#.nodeset|nodeset hugepages/page#/@nodeset comma
            nosharepages nosharepages presence
            locked locked presence
            access.mode|access_mode access/@mode
            source.type|source_type source/@type
            discard discard presence
            allocation.mode allocation/@mode
            allocation.threads allocation/@threads int
            """)
}
