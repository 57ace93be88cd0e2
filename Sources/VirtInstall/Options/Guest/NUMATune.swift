extension InstallOption {
    static let numatune = InstallOption(
        "numatune", at: "numatune", first: ["nodeset"], sharing: [.clearXML, .xpath],
        table: """
            memory.nodeset|nodeset memory/@nodeset comma
            memory.mode|mode memory/@mode
            memory.placement memory/@placement
            memnode#.cellid memnode#/@cellid int comma
            memnode#.mode memnode#/@mode
            memnode#.nodeset memnode#/@nodeset comma
            """)
}
