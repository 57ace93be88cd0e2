import Libvirt

extension Command {
    /// virsh 9.0.0: `cmdNumatune` in virsh-domain.c.
    static let numatune = Command(
        "numatune", .changes, help: "show or set which of the host's nodes a domain's memory is on"
    ) { options in
        let domain = options.domain()
        let mode = options.string(
            "mode",
            "strict, preferred, interleave,\nor a number from the virDomainNumatuneMemMode enum")
        let nodes = options.string("nodeset", "the nodes, e.g. 0,2-3")
        let impact = options.impact()

        return { shell, given in
            let impact = try impact.impact(of: given)
            let domain = try shell.domain(given[domain])
            let modes = ["strict", "preferred", "interleave", "restrictive"]
            var changes: [TypedParameter] = []
            if let nodes = try given[nodes] {
                changes.append(TypedParameter("numa_nodeset", .string(nodes)))
            }
            if let word = try given[mode] {
                let known = modes.firstIndex(of: word).map { Int64($0) }
                let number = known ?? number(inAnyBase: word)
                guard let mode = number.flatMap({ Int32(exactly: $0) }) else {
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
                    return modes.indices.contains(Int(mode)) ? modes[Int(mode)] : "(null)"
                })
        }
    }
}
