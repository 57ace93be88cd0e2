import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdNumatune` in virsh-domain.c.
    static let numatune = Command(
        "numatune", .tune, on: .domain, mayOnlyRead: true,
        help: "show or set the host's NUMA nodes for a domain's memory"
    ) { options in
        let domain = options.domain()
        let mode = options.string(
            "mode",
            "strict, preferred, interleave,"
                + (options.version < .newParser ? "\n" : " ")
                + "or a number from the virDomainNumatuneMemMode enum")
        let nodes = options.string("nodeset", "NUMA nodes of the host, e.g. 0,2-3")
        let impact = options.impact()

        return { shell, given in
            let impact = try impact.impact(of: given)
            let domain = try shell.domain(given[domain])
            var changes: [TypedParameter] = []
            if let nodes = try given[nodes] {
                changes.append(TypedParameter("numa_nodeset", .string(nodes)))
            }
            if let word = try given[mode] {
                // virsh also accepts any number, even one that libvirt does not know yet.
                let known = Domain.NUMAMode(named: word)?.rawValue
                guard let mode = known ?? number(inAnyBase: word).flatMap(Int32.init(exactly:))
                else {
                    throw CommandFailure("Invalid mode: \(word)")
                }
                changes.append(TypedParameter("numa_mode", .int32(mode)))
            }
            try shell.tune(
                domain, .numa, changes, impact,
                failures: (
                    set: "Unable to change numa parameters",
                    count: "Unable to get number of memory parameters",
                    get: "Unable to get numa parameters"
                ),
                shown: { parameter in
                    guard case .int32(let mode) = parameter.value,
                        parameter.name == "numa_mode"
                    else { return parameter.value.text ?? "" }
                    // "(null)" is what C's printf makes of a missing name.
                    return Domain.NUMAMode(rawValue: mode)?.name ?? "(null)"
                })
        }
    }
}

extension Domain.NUMAMode: VirshNamed {
    /// libvirt 9.0.0: `virDomainNumatuneMemMode`.
    var name: String {
        switch self {
        case .strict: "strict"
        case .preferred: "preferred"
        case .interleave: "interleave"
        case .restrictive: "restrictive"
        }
    }
}
