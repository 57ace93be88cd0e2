extension InstallOption {
    /// virt-install 4.1.0: `ParserMetadata`.
    static let metadata = InstallOption("metadata", .guest, sharing: .clearXML) { xml in
        xml.option("name", at: "name", commas: true, roles: .allowed)
        xml.option("title", at: "title", commas: true, roles: .allowed)
        xml.option("uuid", at: "uuid", roles: .allowed)
        xml.option("genid", at: "genid", roles: .refused)
        xml.option("genid_enable", at: "genid", .presence, roles: .refused)
        xml.option("description", at: "description", commas: true, roles: .allowed)
        xml.option("os_name", roles: .allowed) { run, value in
            try run.guest.setSystem(run.guest.host.operatingSystem(named: systemName(value)))
        }
        xml.option("os_full_id", roles: .allowed) { run, value in
            try run.guest.setSystem(run.guest.host.operatingSystem(id: systemName(value)))
        }
    }
}

private func systemName(_ value: String?) throws -> String {
    guard let value else { throw OptionMistake("Unknown OS name 'None'") }
    return value
}
