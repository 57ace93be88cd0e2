import Libvirt
import XML

extension InstallOption {
    static let cpu = InstallOption(
        "cpu", at: "cpu", first: ["model"], ignoresNone: false, sharing: [.clearXML, .xpath],
        prepare: prepareCPU, take: takeCPU,
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

private let policies = ["force", "require", "optional", "disable", "forbid"]

/// Features may be repeated, and come as `+x2apic` and `-x2apic`; each gets its place at the end.
private func prepareCPU(_ run: OptionRun) throws -> Bool {
    var wanted: [(policy: String, feature: String)] = []
    for (key, value) in try parts(of: run.text) where policies.contains(key) {
        guard let value else { continue }
        wanted.append((key, value))
        run.given.take(key)
    }
    for key in run.given.keys where key.count > 1 && (run.given[key] ?? "").isEmpty {
        guard let sign = key.first, sign == "+" || sign == "-" else { continue }
        run.given.take(key)
        wanted.append((sign == "+" ? "force" : "disable", String(key.dropFirst())))
    }
    run.guest.cpuFeatures = wanted
    for policy in policies where wanted.contains(where: { $0.policy == policy }) {
        run.given.set(policy, "yes")
    }
    return true
}

private func takeCPU(_ run: OptionRun, _ row: Row, _ value: String?) throws {
    switch row.names[0] {
    case "secure": run.guest.wantsSecureCPU = value == "yes"
    case "model": try setCPUModel(run.guest, value)
    default:
        for (policy, feature) in run.guest.cpuFeatures where policy == row.names[0] {
            run.guest.setCPUFeature(feature, policy: policy)
        }
    }
}

private func setCPUModel(_ guest: Guest, _ value: String?) throws {
    switch value {
    case "host": try setCPUMode(guest, "host-model")
    case "none": try setCPUMode(guest, "clear")
    case "host-model-only"?, "hv-default"?, "host-copy"?, "host-model"?, "host-passthrough"?,
        "clear"?, "default"?:
        try setCPUMode(guest, value ?? "")
    default: guest.setCPUModel(value)
    }
}

/// A mode by the name that the command line has for it, e.g. `host-passthrough` or `default`.
func setCPUMode(_ guest: Guest, _ mode: String) throws {
    switch mode == "default" ? bestCPUMode(guest) : mode {
    case let mode where mode == "host-model" || mode == "host-passthrough":
        for path in ["model", "vendor", "@migratable", "@check"] {
            guest.root.remove("cpu/\(path)")
        }
        for feature in guest.root.elements(at: "cpu/feature") { feature.remove() }
        guest.set("cpu/@mode", mode)
    case let mode where mode == "host-model-only" || mode == "host-copy":
        if mode == "host-copy" {
            guest.output.warn(
                "CPU mode=host-copy no longer supported, using mode=host-model-only")
        }
        if let model = try guest.host.capabilities().value("host/cpu/model"), !model.isEmpty {
            guest.root.remove("cpu")
            guest.setCPUModel(model)
        }
    default: guest.root.remove("cpu")
    }
    guest.hasCPUChoice = true
}

/// The best mode that is safe on this host.
private func bestCPUMode(_ guest: Guest) -> String {
    let capabilities = guest.domainCapabilities()
    if let mode = capabilities.cpuMode("host-passthrough"), mode["supported"] == "yes",
        mode.elements(at: "enum[@name='hostPassthroughMigratable']/value").contains(where: {
            $0.text == "on"
        })
    {
        return "host-passthrough"
    }
    if let mode = capabilities.cpuMode("host-model"), mode["supported"] == "yes",
        mode.value("model/@fallback") == "forbid"
    {
        return "host-model"
    }
    return "host-model-only"
}

extension Guest {
    /// A named model; on a host that has mitigations to offer, with those.
    func setCPUModel(_ model: String?) {
        root.remove("cpu/@migratable")
        if model != nil {
            set("cpu/@mode", "custom")
            setIfMissing("cpu/@match", "exact")
            for feature in securityFeatures() {
                let known = root.element("cpu/feature[@name='\(feature)']")
                if wantsSecureCPU {
                    if known == nil { setCPUFeature(feature, policy: "require") }
                } else if known?["policy"] == "require" {
                    known?.remove()
                }
            }
        }
        set("cpu/model", model)
    }

    func setCPUFeature(_ feature: String, policy: String) {
        let cpu = root.make("cpu")
        let known = cpu.elements("feature").first { $0["name"] == feature }
        let node = known ?? cpu.append("feature")
        node.set("name", to: feature)
        node.set("policy", to: policy)
    }

    /// The mitigations that the host's own model has. Its expansion is asked of the hypervisor.
    private func securityFeatures() -> [String] {
        let capabilities = domainCapabilities()
        guard let mode = capabilities.cpuMode("host-model"), mode["supported"] == "yes" else {
            return []
        }
        let cpu = Document(root: "cpu")
        for child in mode.elements() { cpu.root.append(copyOf: child) }
        cpu.root.append("arch").set(".", capabilities.value("arch"))
        let xml = cpu.root.serialized(format: false)
        let emulation = Emulation(
            emulator: capabilities.value("path"), architecture: capabilities.value("arch"),
            machine: capabilities.value("machine"), type: capabilities.value("domain"))
        do {
            let expanded = try Document(parsing: baseline(xml, for: emulation)).root
            let names = expanded.elements("feature").compactMap { $0["name"] }
            return names.filter {
                ["spec-ctrl", "ssbd", "ibpb", "virt-ssbd", "md-clear"].contains($0)
            }
        } catch {
            output.warn("Failed to get expanded CPU XML: \(words(of: error))")
            return []
        }
    }

    private func baseline(_ xml: String, for emulation: Emulation) throws -> String {
        do {
            return try host.connection.baselineCPU([xml], for: emulation, .expandFeatures)
        } catch {
            return try host.connection.baselineCPU([xml], .expandFeatures)
        }
    }
}
