extension InstallOption {
    /// virt-install 4.1.0: `ParserVCPU`.
    static let vcpus = InstallOption("vcpus", .guest, first: ["vcpu"], sharing: .clearXML) { xml in
        xml.prepare { run in
            // `maxvcpus` is the old name of what is now `vcpu`; with it, `vcpu` has its old
            // meaning, which is now `vcpu.current`.
            guard run.values.has("maxvcpus") else { return }
            if !run.values.has("vcpu.current") { run.values.rename("vcpu", to: "vcpu.current") }
            run.values.rename("maxvcpus", to: "vcpu")
        }
        xml.value("maxvcpus", roles: .allowed)
        xml.renamed("cpuset", to: "vcpu.cpuset", commas: true, roles: .refused)
        xml.renamed("vcpus", to: "vcpu", roles: .allowed)
        xml.option("sockets", at: "cpu/topology/@sockets", .integer, roles: .allowed)
        xml.option("dies", at: "cpu/topology/@dies", .integer, roles: .allowed)
        xml.option("cores", at: "cpu/topology/@cores", .integer, roles: .allowed)
        xml.option("threads", at: "cpu/topology/@threads", .integer, roles: .allowed)
        xml.option("vcpu", roles: .allowed) { run, value in
            let count = try value.map(decimal)
            // A guest cannot start with more than it has.
            if let count, let current = run.guest.number("vcpu/@current"), current > count {
                run.set("vcpu/@current", String(count))
            }
            run.set("vcpu", count.map(String.init))
        }
        xml.option("vcpu.current", at: "vcpu/@current", .integer, roles: .allowed)
        xml.option("vcpu.cpuset", commas: true, roles: .refused) { run, value in
            if value == "auto" {
                run.set("vcpu/@placement", "auto")
            } else {
                run.set("vcpu/@cpuset", value)
            }
        }
        xml.option("vcpu.placement", "placement", at: "vcpu/@placement", roles: .allowed)
        xml.option("vcpus.vcpu#.id", at: "vcpus/vcpu#/@id", .integer, roles: .refused)
        xml.option("vcpus.vcpu#.enabled", at: "vcpus/vcpu#/@enabled", .yesNo, roles: .refused)
        xml.option(
            "vcpus.vcpu#.hotpluggable", at: "vcpus/vcpu#/@hotpluggable", .yesNo, roles: .refused)
        xml.option("vcpus.vcpu#.order", at: "vcpus/vcpu#/@order", .integer, roles: .refused)
    }
}
