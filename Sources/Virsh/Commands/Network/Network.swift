extension Group {
    static let network = Group(
        "Networking", "network",
        [
            .netAutostart,
            .netCreate,
            .netDefine,
            .netDesc,
            .netDestroy,
            .netDHCPLeases,
            .netDumpxml,
            .netEdit,
            .netEvent,
            .netInfo,
            .netList,
            .netMetadata,
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
