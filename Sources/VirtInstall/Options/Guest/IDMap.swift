extension InstallOption {
    static let idmap = InstallOption(
        "idmap", at: "idmap", sharing: [.clearXML, .xpath],
        table: """
            uid.start|uid_start uid/@start int
            uid.target|uid_target uid/@target int
            uid.count|uid_count uid/@count int
            gid.start|gid_start gid/@start int
            gid.target|gid_target gid/@target int
            gid.count|gid_count gid/@count int
            """)
}
