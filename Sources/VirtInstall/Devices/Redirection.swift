extension InstallOption {
    static let redirdev = InstallOption(
        "redirdev", at: "devices/redirdev", makes: true, first: ["bus"], ignoresNone: false,
        sharing: [.clearXML, .xpath, .device, .bootOrder], prepare: prepareRedirection,
        take: takeRedirection,
        table: """
            bus @bus nodefault
            type @type nodefault
            \(characterSource.replacing("source.host ", with: "server - call\nsource.host "))
            """)
}

private func prepareRedirection(_ run: OptionRun) throws -> Bool {
    guard run.text != "none" else {
        run.guest.without.redirection = true
        return false
    }
    return true
}

private func takeRedirection(_ run: OptionRun, _ row: Row, _ value: String?) throws {
    if row.names[0] == "server" {
        try setHost(run, value, "source/@host", "source/@service")
    } else {
        try takeCharacterSource(run, row, value)
    }
}
