extension Group {
    static let pool = Group(
        "Storage Pool", "pool",
        [
            .findStoragePoolSourcesAs,
            .findStoragePoolSources,
            .poolAutostart,
            .poolBuild,
            .poolCreateAs,
            .poolCreate,
            .poolDefineAs,
            .poolDefine,
            .poolDelete,
            .poolDestroy,
            .poolDumpxml,
            .poolEdit,
            .poolInfo,
            .poolList,
            .poolName,
            .poolRefresh,
            .poolStart,
            .poolUndefine,
            .poolUuid,
            .poolEvent,
            .poolCapabilities,
        ])
}
