extension InstallOption {
    static let metadata = InstallOption(
        "metadata", sharing: .clearXML,
        table: """
            name name comma
            title title comma
            uuid uuid
            genid genid
            genid_enable genid presence
            description description comma
            os_name - call
            os_full_id - call
            """)
}
