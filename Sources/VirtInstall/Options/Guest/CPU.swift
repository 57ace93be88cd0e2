extension InstallOption {
    static let cpu = InstallOption(
        "cpu", at: "cpu", first: ["model"], ignoresNone: false, sharing: [.clearXML, .xpath],
        table: """
            secure - bool call
            model model call
            model.fallback model/@fallback
            model.vendor_id model/@vendor_id
            vendor vendor
            mode @mode
            match @match
            check @check
            migratable @migratable onoff
            topology.sockets topology/@sockets int
            topology.dies topology/@dies int
            topology.cores topology/@cores int
            topology.threads topology/@threads int
            cache.level cache/@level int
            cache.mode cache/@mode
            force - call
            require - call
            optional - call
            disable - call
            forbid - call
            numa.cell#.id|cell#.id numa/cell#/@id int
            numa.cell#.cpus|cell#.cpus numa/cell#/@cpus comma
            numa.cell#.memory|cell#.memory numa/cell#/@memory int
            numa.cell#.unit numa/cell#/@unit
            numa.cell#.memAccess numa/cell#/@memAccess
            numa.cell#.discard numa/cell#/@discard yesno
            numa.cell#.distances.sibling#.id|cell#.distances.sibling#.id numa/cell#/distances/sibling#/@id int
            numa.cell#.distances.sibling#.value|cell#.distances.sibling#.value numa/cell#/distances/sibling#/@value int
            numa.cell#.cache#.level numa/cell#/cache#/@level int
            numa.cell#.cache#.associativity numa/cell#/cache#/@associativity
            numa.cell#.cache#.policy numa/cell#/cache#/@policy
            numa.cell#.cache#.size.value numa/cell#/cache#/size/@value int
            numa.cell#.cache#.size.unit numa/cell#/cache#/size/@unit
            numa.cell#.cache#.line.value numa/cell#/cache#/line/@value int
            numa.cell#.cache#.line.unit numa/cell#/cache#/line/@unit
            numa.interconnects.latency#.initiator numa/interconnects/latency#/@initiator int
            numa.interconnects.latency#.target numa/interconnects/latency#/@target int
            numa.interconnects.latency#.cache numa/interconnects/latency#/@cache int
            numa.interconnects.latency#.type numa/interconnects/latency#/@type
            numa.interconnects.latency#.value numa/interconnects/latency#/@value int
            numa.interconnects.latency#.unit numa/interconnects/latency#/@unit
            numa.interconnects.bandwidth#.initiator numa/interconnects/bandwidth#/@initiator int
            numa.interconnects.bandwidth#.target numa/interconnects/bandwidth#/@target int
            numa.interconnects.bandwidth#.type numa/interconnects/bandwidth#/@type
            numa.interconnects.bandwidth#.cache numa/interconnects/bandwidth#/@cache int
            numa.interconnects.bandwidth#.value numa/interconnects/bandwidth#/@value int
            numa.interconnects.bandwidth#.unit numa/interconnects/bandwidth#/@unit
            """)
}
