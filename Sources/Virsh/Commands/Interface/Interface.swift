extension Group {
    static let interface = Group(
        "Interface", "interface",
        [
            .ifaceBegin,
            .ifaceCommit,
            .ifaceDefine,
            .ifaceDestroy,
            .ifaceDumpxml,
            .ifaceEdit,
            .ifaceList,
            .ifaceMAC,
            .ifaceName,
            .ifaceRollback,
            .ifaceStart,
            .ifaceUndefine,
        ])
}
