extension Group {
    static let monitor = Group(
        "Domain Monitoring", "monitor",
        [
            .domblkerror,
            .domblkinfo,
            .domblklist,
            .domblkstat,
            .domcontrol,
            .domifGetlink,
            .domifaddr,
            .domiflist,
            .domifstat,
            .dominfo,
            .dommemstat,
            .domstate,
            .domstats,
            .domtime,
            .list,
        ])
}
