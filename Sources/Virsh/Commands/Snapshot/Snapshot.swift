extension Group {
    static let snapshot = Group(
        "Snapshot", "snapshot",
        [
            .snapshotCreate,
            .snapshotCreateAs,
            .snapshotCurrent,
            .snapshotDelete,
            .snapshotDumpxml,
            .snapshotEdit,
            .snapshotInfo,
            .snapshotList,
            .snapshotParent,
            .snapshotRevert,
        ])
}
