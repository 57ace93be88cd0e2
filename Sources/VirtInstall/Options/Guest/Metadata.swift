extension InstallOption {
    static let metadata = InstallOption(
        "metadata", sharing: .clearXML, take: takeMetadata,
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

private func takeMetadata(_ run: OptionRun, _ row: Row, _ value: String?) throws {
    guard let value else { throw OptionMistake("Unknown OS name 'None'") }
    try setOperatingSystem(value, isFullID: row.names[0] == "os_full_id", of: run.guest)
}
