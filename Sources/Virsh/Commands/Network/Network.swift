extension Group {
    static let network = Group(
        "Networking", "network",
        [
            .netAutostart,
            .netCreate,
            .netDefine,
            .netDestroy,
            .netDHCPLeases,
            .netDumpxml,
            .netEdit,
            .netEvent,
            .netInfo,
            .netList,
            .netName,
            .netStart,
            .netUndefine,
            .netUpdate,
            .netUUID,
            .netPortList,
            .netPortCreate,
            .netPortDumpxml,
            .netPortDelete,
        ])
}
