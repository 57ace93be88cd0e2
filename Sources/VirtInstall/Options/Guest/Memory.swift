extension InstallOption {
    static let memory = InstallOption(
        "memory", first: ["memory"], sharing: .clearXML,
        prepare: prepareMemory, take: takeMemory,
        table: """
            memory memory call
            currentMemory currentMemory call
            maxMemory|hotplugmemorymax maxMemory call
            maxMemory.slots|hotplugmemoryslots maxMemory/@slots int
            maxmemory - call
            hugepages memoryBacking/hugepages presence
            """)
}

/// Old and new names mean different things: once `memory` was what is now `currentMemory`, and
/// `maxmemory` what is now `memory`.
private func prepareMemory(_ run: OptionRun) throws -> Bool {
    let hasMaximum = run.given.has("maxmemory")
    if run.given.has("currentMemory") {
        if hasMaximum { run.given.move("maxmemory", to: "memory") }
    } else {
        run.given.move("memory", to: "currentMemory")
        if hasMaximum { run.given.move("maxmemory", to: "memory") }
    }
    return true
}

/// Values are MiB, in the XML KiB.
private func takeMemory(_ run: OptionRun, _ row: Row, _ value: String?) throws {
    guard !row.path.isEmpty else { return }
    let memory = try kibibytes(value)
    if row.names[0] == "currentMemory", run.guest.number("memory").map({ $0 < memory }) ?? true {
        run.set("memory", String(memory))
    }
    run.set(row, String(memory))
}

/// MiB as KiB.
func kibibytes(_ value: String?) throws -> Int {
    guard let value else {
        throw OptionMistake(
            "int() argument must be a string, a bytes-like object or a real number, "
                + "not 'NoneType'")
    }
    let (result, overflowed) = try decimal(value).multipliedReportingOverflow(by: 1024)
    guard !overflowed else { throw OptionMistake("\(value) MiB is too much") }
    return result
}
