extension InstallOption {
    /// virt-install 4.1.0: `ParserMemory`.
    static let memory = InstallOption(
        "memory", .guest, first: ["memory"], sharing: .clearXML
    ) { xml in
        xml.prepare { run in
            // Without `currentMemory`, `memory` has its old meaning, which is now `currentMemory`;
            // `maxmemory` is the old name of what is now `memory`.
            if !run.values.has("currentMemory") { run.values.rename("memory", to: "currentMemory") }
            run.values.rename("maxmemory", to: "memory")
        }
        xml.option("memory", at: "memory", .mebibytes, roles: .allowed)
        xml.option("currentMemory", roles: .allowed) { run, value in
            let memory = try kibibytes(value)
            // A guest cannot use more than it has.
            if run.guest.number("memory").map({ $0 < memory }) ?? true {
                run.set("memory", String(memory))
            }
            run.set("currentMemory", String(memory))
        }
        xml.option("maxMemory", "hotplugmemorymax", at: "maxMemory", .mebibytes, roles: .refused)
        xml.option(
            "maxMemory.slots", "hotplugmemoryslots", at: "maxMemory/@slots", .integer,
            roles: .refused)
        xml.value("maxmemory", roles: .allowed)
        xml.option("hugepages", at: "memoryBacking/hugepages", .presence, roles: .refused)
    }
}

extension ValueType {
    /// A size in MiB; KiB in the XML.
    static var mebibytes: ValueType { .converted { String(try kibibytes($0)) } }
}

/// Converts MiB to KiB.
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
