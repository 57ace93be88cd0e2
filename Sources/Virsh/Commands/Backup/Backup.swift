extension Group {
    static let backup = Group(
        "Backup", "backup",
        [
            .backupBegin,
            .backupDumpxml,
        ])
}
