extension Group {
    static let nodeDevice = Group(
        "Node Device", "nodedev",
        [
            .nodedevCreate,
            .nodedevDestroy,
            .nodedevDetach,
            .nodedevDumpxml,
            .nodedevList,
            .nodedevReattach,
            .nodedevReset,
            .nodedevEvent,
            .nodedevDefine,
            .nodedevUndefine,
            .nodedevStart,
            .nodedevAutostart,
            .nodedevInfo,
            .nodedevUpdate,
        ],
        aliases: ["nodedev-dettach": "nodedev-detach"])
}
