extension InstallOption {
    /// virt-install 4.1.0: `ParserCputune`.
    static let cputune = InstallOption(
        "cputune", .part("cputune"), first: ["model"], none: .value, sharing: [.clearXML, .xpath]
    ) { xml in
        xml.option("shares", at: "shares", .integer, roles: .refused)
        xml.option("period", at: "period", .integer, roles: .refused)
        xml.option("quota", at: "quota", .integer, roles: .refused)
        xml.option("global_period", at: "global_period", .integer, roles: .refused)
        xml.option("global_quota", at: "global_quota", .integer, roles: .refused)
        xml.option("emulator_period", at: "emulator_period", .integer, roles: .refused)
        xml.option("emulator_quota", at: "emulator_quota", .integer, roles: .refused)
        xml.option("iothread_period", at: "iothread_period", .integer, roles: .refused)
        xml.option("iothread_quota", at: "iothread_quota", .integer, roles: .refused)
        xml.option("vcpupin#.vcpu", at: "vcpupin#/@vcpu", .integer, roles: .refused)
        xml.option("vcpupin#.cpuset", at: "vcpupin#/@cpuset", commas: true, roles: .refused)
        xml.option("emulatorpin.cpuset", at: "emulatorpin/@cpuset", commas: true, roles: .refused)
        xml.option("iothreadpin#.iothread", at: "iothreadpin#/@iothread", .integer, roles: .refused)
        xml.option("iothreadpin#.cpuset", at: "iothreadpin#/@cpuset", commas: true, roles: .refused)
        xml.option("emulatorsched.scheduler", at: "emulatorsched/@scheduler", roles: .refused)
        xml.option(
            "emulatorsched.priority", at: "emulatorsched/@priority", .integer, roles: .refused)
        xml.option("vcpusched#.vcpus", at: "vcpusched#/@vcpus", commas: true, roles: .refused)
        xml.option("vcpusched#.scheduler", at: "vcpusched#/@scheduler", roles: .refused)
        xml.option("vcpusched#.priority", at: "vcpusched#/@priority", .integer, roles: .refused)
        xml.option(
            "iothreadsched#.iothreads", at: "iothreadsched#/@iothreads", commas: true,
            roles: .refused)
        xml.option("iothreadsched#.scheduler", at: "iothreadsched#/@scheduler", roles: .refused)
        xml.option(
            "iothreadsched#.priority", at: "iothreadsched#/@priority", .integer, roles: .refused)
        xml.option("cachetune#.vcpus", at: "cachetune#/@vcpus", commas: true, roles: .refused)
        xml.option("cachetune#.cache#.id", at: "cachetune#/cache#/@id", .integer, roles: .refused)
        xml.option(
            "cachetune#.cache#.level", at: "cachetune#/cache#/@level", .integer, roles: .refused)
        xml.option("cachetune#.cache#.type", at: "cachetune#/cache#/@type", roles: .refused)
        xml.option(
            "cachetune#.cache#.size", at: "cachetune#/cache#/@size", .integer, roles: .refused)
        xml.option("cachetune#.cache#.unit", at: "cachetune#/cache#/@unit", roles: .refused)
        xml.option(
            "cachetune#.monitor#.level", at: "cachetune#/monitor#/@level", .integer, roles: .refused
        )
        xml.option(
            "cachetune#.monitor#.vcpus", at: "cachetune#/monitor#/@vcpus", commas: true,
            roles: .refused)
        xml.option("memorytune#.vcpus", at: "memorytune#/@vcpus", commas: true, roles: .refused)
        xml.option("memorytune#.node#.id", at: "memorytune#/node#/@id", .integer, roles: .refused)
        xml.option(
            "memorytune#.node#.bandwidth", at: "memorytune#/node#/@bandwidth", .integer,
            roles: .refused)
    }
}
