extension Group {
    static let checkpoint = Group(
        "Checkpoint", "checkpoint",
        [
            .checkpointCreate,
            .checkpointCreateAs,
            .checkpointDelete,
            .checkpointDumpxml,
            .checkpointEdit,
            .checkpointInfo,
            .checkpointList,
            .checkpointParent,
        ])
}
