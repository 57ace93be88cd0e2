extension Group {
    static let interface = Group(
        "Interface", "interface",
        [
            .ifaceBegin,
            .ifaceBridge,
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
            .ifaceUnbridge,
            .ifaceUndefine,
        ])
}
