import Libvirt

extension Command {
    /// virsh 9.0.0: `cmdSchedinfo` in virsh-domain.c.
    static let schedinfo = Command(
        "schedinfo", .changes, help: "show or set how CPU time is shared out"
    ) { options in
        let domain = options.domain()
        let weight = options.number("weight", "Xen's weight", as: .text, positional: false)
        let cap = options.number("cap", "Xen's limit", as: .text, positional: false)
        let current = options.flag("current", "for what is in force now")
        let config = options.flag("config", "for the next start")
        let live = options.flag("live", "for the running domain")
        let settings = options.rest("set", "parameter=value")

        return { shell, given in
            let current = ImpactOptions(config: config, live: live, current: current)
            let impact = try current.impact(of: given)
            let asked = try impact.isEmpty && !given[current.current] ? nil : impact
            let isBoth = impact == [.config, .live]
            // Both cannot be read at once; after setting both they are the same.
            let query = isBoth ? [] : asked
            let domain = try shell.domain(given[domain])
            let label = "Scheduler".padded(15)
            let scheduler: (type: String, parameterCount: Int32)
            do throws(LibvirtError) {
                scheduler = try domain.scheduler()
            } catch {
                shell.print("\(label): Unknown\n")
                throw error
            }
            shell.print("\(label): \(scheduler.type)\n")
            let count = scheduler.parameterCount
            guard count != 0 else { throw CommandFailure.silent }
            var parameters = try domain.schedulerParameters(count: count, query)

            var changes: [TypedParameter] = []
            for setting in try given[settings] {
                let parts = setting.split(
                    separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                guard parts.count == 2 else {
                    throw CommandFailure("Invalid syntax for --set, expecting name=value")
                }
                changes.append(
                    try change(String(parts[0]), to: String(parts[1]), of: parameters))
            }
            if let value = try given[cap] {
                changes.append(try change("cap", to: value, of: parameters))
            }
            if let value = try given[weight] {
                changes.append(try change("weight", to: value, of: parameters))
            }
            if !changes.isEmpty {
                try domain.setSchedulerParameters(changes, asked)
                parameters = try domain.schedulerParameters(count: count, query)
            } else if isBoth {
                throw CommandFailure("cannot query both live and config at once")
            }
            for parameter in parameters {
                shell.print("\(parameter.name.padded(15)): \(parameter.value.text ?? "")\n")
            }
        }
    }
}

/// virsh 9.0.0: `cmdSchedInfoUpdateOne`.
private func change(
    _ name: String, to word: String, of parameters: [TypedParameter]
) throws -> TypedParameter {
    guard let old = parameters[name] else {
        throw CommandFailure("invalid scheduler option: \(name)")
    }
    return try TypedParameter(name, like: old, parsing: word)
}
