extension InstallOption {
    /// virt-install 4.1.0: `ParserMetadata`.
    static let metadata = InstallOption("metadata", .guest, sharing: .clearXML) { xml in
        xml.option("name", at: "name", commas: true)
        xml.option("title", at: "title", commas: true)
        xml.option("uuid", at: "uuid")
        xml.option("genid", at: "genid")
        xml.option("genid_enable", at: "genid", .presence)
        xml.option("description", at: "description", commas: true)
        xml.option("os_name") { run, value in
            try run.guest.setSystem(run.guest.host.operatingSystem(named: systemName(value)))
        }
        xml.option("os_full_id") { run, value in
            try run.guest.setSystem(run.guest.host.operatingSystem(id: systemName(value)))
        }
    }
}

private func systemName(_ value: String?) throws -> String {
    guard let value else { throw OptionMistake("Unknown OS name 'None'") }
    return value
}
