import InstallMedia
import XML

extension InstallOption {
    /// virt-install 4.1.0: `ParserCPU`.
    static let cpu = InstallOption(
        "cpu", .part("cpu"), first: ["model"], none: .value, sharing: [.clearXML, .xpath]
    ) { xml in
        var features: [CPUFeature] = []
        xml.prepare { run in features = try removeCPUFeatures(from: run) }
        // `+x2apic` and `-x2apic`.
        xml.otherKeys(roles: .allowed) { $0.hasPrefix("+") || $0.hasPrefix("-") }
        xml.flag("secure", roles: .allowed) { run, isOn in run.guest.wantsSecureCPU = isOn == true }
        xml.option("model", roles: .allowed) { run, value in try setCPUModel(run.guest, value) }
        xml.option("model.fallback", at: "model/@fallback", roles: .allowed)
        xml.option("model.vendor_id", at: "model/@vendor_id", roles: .refused)
        xml.option("vendor", at: "vendor", roles: .refused)
        xml.option("mode", at: "@mode", roles: .allowed)
        xml.option("match", at: "@match", roles: .allowed)
        xml.option("check", at: "@check", roles: .allowed)
        xml.option("migratable", at: "@migratable", .onOff, roles: .allowed)
        xml.option("topology.sockets", at: "topology/@sockets", .integer, roles: .allowed)
        xml.option("topology.dies", at: "topology/@dies", .integer, roles: .allowed)
        xml.option("topology.cores", at: "topology/@cores", .integer, roles: .allowed)
        xml.option("topology.threads", at: "topology/@threads", .integer, roles: .allowed)
        xml.option("cache.level", at: "cache/@level", .integer, roles: .allowed)
        xml.option("cache.mode", at: "cache/@mode", roles: .allowed)
        xml.since(.v50) { xml in
            xml.option("maxphysaddr.mode", at: "maxphysaddr/@mode", roles: .refused)
            xml.option("maxphysaddr.bits", at: "maxphysaddr/@bits", .integer, roles: .refused)
        }
        for policy in CPUFeature.Policy.allCases {
            xml.option(policy.rawValue, roles: .allowed) { run, _ in
                for feature in features where feature.policy == policy {
                    run.guest.setCPUFeature(feature.name, policy: policy)
                }
            }
        }
        xml.option("numa.cell#.id", "cell#.id", at: "numa/cell#/@id", .integer, roles: .refused)
        xml.option(
            "numa.cell#.cpus", "cell#.cpus", at: "numa/cell#/@cpus", commas: true, roles: .refused)
        xml.option(
            "numa.cell#.memory", "cell#.memory", at: "numa/cell#/@memory", .integer, roles: .refused
        )
        xml.option("numa.cell#.unit", at: "numa/cell#/@unit", roles: .refused)
        xml.option("numa.cell#.memAccess", at: "numa/cell#/@memAccess", roles: .refused)
        xml.option("numa.cell#.discard", at: "numa/cell#/@discard", .yesNo, roles: .refused)
        xml.option(
            "numa.cell#.distances.sibling#.id", "cell#.distances.sibling#.id",
            at: "numa/cell#/distances/sibling#/@id", .integer, roles: .refused)
        xml.option(
            "numa.cell#.distances.sibling#.value", "cell#.distances.sibling#.value",
            at: "numa/cell#/distances/sibling#/@value", .integer, roles: .refused)
        xml.option(
            "numa.cell#.cache#.level", at: "numa/cell#/cache#/@level", .integer, roles: .refused)
        xml.option(
            "numa.cell#.cache#.associativity", at: "numa/cell#/cache#/@associativity",
            roles: .refused)
        xml.option("numa.cell#.cache#.policy", at: "numa/cell#/cache#/@policy", roles: .refused)
        xml.option(
            "numa.cell#.cache#.size.value", at: "numa/cell#/cache#/size/@value", .integer,
            roles: .refused)
        xml.option(
            "numa.cell#.cache#.size.unit", at: "numa/cell#/cache#/size/@unit", roles: .refused)
        xml.option(
            "numa.cell#.cache#.line.value", at: "numa/cell#/cache#/line/@value", .integer,
            roles: .refused)
        xml.option(
            "numa.cell#.cache#.line.unit", at: "numa/cell#/cache#/line/@unit", roles: .refused)
        xml.option(
            "numa.interconnects.latency#.initiator",
            at: "numa/interconnects/latency#/@initiator", .integer, roles: .refused)
        xml.option(
            "numa.interconnects.latency#.target",
            at: "numa/interconnects/latency#/@target", .integer, roles: .refused)
        xml.option(
            "numa.interconnects.latency#.cache", at: "numa/interconnects/latency#/@cache", .integer,
            roles: .refused)
        xml.option(
            "numa.interconnects.latency#.type", at: "numa/interconnects/latency#/@type",
            roles: .refused)
        xml.option(
            "numa.interconnects.latency#.value", at: "numa/interconnects/latency#/@value", .integer,
            roles: .refused)
        xml.option(
            "numa.interconnects.latency#.unit", at: "numa/interconnects/latency#/@unit",
            roles: .refused)
        xml.option(
            "numa.interconnects.bandwidth#.initiator",
            at: "numa/interconnects/bandwidth#/@initiator", .integer, roles: .refused)
        xml.option(
            "numa.interconnects.bandwidth#.target",
            at: "numa/interconnects/bandwidth#/@target", .integer, roles: .refused)
        xml.option(
            "numa.interconnects.bandwidth#.type", at: "numa/interconnects/bandwidth#/@type",
            roles: .refused)
        xml.option(
            "numa.interconnects.bandwidth#.cache",
            at: "numa/interconnects/bandwidth#/@cache", .integer, roles: .refused)
        xml.option(
            "numa.interconnects.bandwidth#.value",
            at: "numa/interconnects/bandwidth#/@value", .integer, roles: .refused)
        xml.option(
            "numa.interconnects.bandwidth#.unit", at: "numa/interconnects/bandwidth#/@unit",
            roles: .refused)
    }
}

/// A feature of a CPU and whether the guest has it.
struct CPUFeature {
    /// A `policy` of libvirt, in virt-install's order.
    enum Policy: String, CaseIterable { case force, require, optional, disable, forbid }

    let policy: Policy
    let name: String
}

/// Removes the features from the values and returns them. They come as `force=x2apic`, which may be
/// repeated, or as `+x2apic` and `-x2apic`.
private func removeCPUFeatures(from run: OptionRun) throws -> [CPUFeature] {
    var features: [CPUFeature] = []
    // `run.values` has only the last value of a repeated name, so read the text again.
    for (key, value) in try parts(of: run.text) {
        guard let policy = CPUFeature.Policy(rawValue: key), let value else { continue }
        features.append(CPUFeature(policy: policy, name: value))
        run.values.remove(key)
    }
    for key in run.values.keys where key.count > 1 && (run.values[key] ?? "").isEmpty {
        guard let sign = key.first, sign == "+" || sign == "-" else { continue }
        run.values.remove(key)
        features.append(
            CPUFeature(policy: sign == "+" ? .force : .disable, name: String(key.dropFirst())))
    }
    // A value for each policy in use makes its sub-option run at its place in the order.
    for policy in CPUFeature.Policy.allCases where features.contains(where: { $0.policy == policy })
    {
        run.values.set(policy.rawValue, "yes")
    }
    return features
}

private func setCPUModel(_ guest: Guest, _ value: String?) throws {
    switch value {
    case "host":
        if guest.version >= .v50 {
            guest.output.warn("CPU model=host is deprecated, use model=host-model")
        }
        try setCPUMode(guest, "host-model")
    case "maximum" where guest.version >= .v51: try setCPUMode(guest, "maximum")
    case "none": try setCPUMode(guest, "clear")
    case "host-model-only"?, "hv-default"?, "host-copy"?, "host-model"?, "host-passthrough"?,
        "clear"?, "default"?:
        try setCPUMode(guest, value ?? "")
    default: guest.setCPUModel(value)
    }
}
