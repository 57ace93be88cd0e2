extension InstallOption {
    static let cputune = InstallOption(
        "cputune", at: "cputune", first: ["model"], ignoresNone: false,
        sharing: [.clearXML, .xpath],
        table: """
            shares shares int
            period period int
            quota quota int
            global_period global_period int
            global_quota global_quota int
            emulator_period emulator_period int
            emulator_quota emulator_quota int
            iothread_period iothread_period int
            iothread_quota iothread_quota int
            vcpupin#.vcpu vcpupin#/@vcpu int
            vcpupin#.cpuset vcpupin#/@cpuset comma
            emulatorpin.cpuset emulatorpin/@cpuset comma
            iothreadpin#.iothread iothreadpin#/@iothread int
            iothreadpin#.cpuset iothreadpin#/@cpuset comma
            emulatorsched.scheduler emulatorsched/@scheduler
            emulatorsched.priority emulatorsched/@priority int
            vcpusched#.vcpus vcpusched#/@vcpus comma
            vcpusched#.scheduler vcpusched#/@scheduler
            vcpusched#.priority vcpusched#/@priority int
            iothreadsched#.iothreads iothreadsched#/@iothreads comma
            iothreadsched#.scheduler iothreadsched#/@scheduler
            iothreadsched#.priority iothreadsched#/@priority int
            cachetune#.vcpus cachetune#/@vcpus comma
            cachetune#.cache#.id cachetune#/cache#/@id int
            cachetune#.cache#.level cachetune#/cache#/@level int
            cachetune#.cache#.type cachetune#/cache#/@type
            cachetune#.cache#.size cachetune#/cache#/@size int
            cachetune#.cache#.unit cachetune#/cache#/@unit
            cachetune#.monitor#.level cachetune#/monitor#/@level int
            cachetune#.monitor#.vcpus cachetune#/monitor#/@vcpus comma
            memorytune#.vcpus memorytune#/@vcpus comma
            memorytune#.node#.id memorytune#/node#/@id int
            memorytune#.node#.bandwidth memorytune#/node#/@bandwidth int
            """)
}
