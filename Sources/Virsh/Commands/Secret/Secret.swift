extension Group {
    static let secret = Group(
        "Secret", "secret",
        [
            .secretDefine,
            .secretDumpxml,
            .secretEvent,
            .secretGetValue,
            .secretList,
            .secretSetValue,
            .secretUndefine,
        ])
}
