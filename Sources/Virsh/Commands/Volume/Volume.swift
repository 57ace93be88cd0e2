extension Group {
    static let volume = Group(
        "Storage Volume", "volume",
        [
            .volClone,
            .volCreateAs,
            .volCreate,
            .volCreateFrom,
            .volDelete,
            .volDownload,
            .volDumpxml,
            .volInfo,
            .volKey,
            .volList,
            .volName,
            .volPath,
            .volPool,
            .volResize,
            .volUpload,
            .volWipe,
        ])
}
