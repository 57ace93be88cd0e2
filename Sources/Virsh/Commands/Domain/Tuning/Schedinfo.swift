import Libvirt
import Policy
import Text

extension Command {
    /// virsh 9.0.0: `cmdSchedinfo` in virsh-domain.c.
    static let schedinfo = Command(
        "schedinfo", .tune, on: .domain, mayOnlyRead: true,
        help: "show or set a domain's CPU scheduler parameters"
    ) { options in
        let domain = options.domain()
        let weight = options.number("weight", "weight (Xen)", as: .text, place: .named)
        let cap = options.number("cap", "cap (Xen)", as: .text, place: .named)
        let current = options.flag("current", "the configuration in force (default)", .selects)
        let config = options.flag("config", "the persistent configuration", .selects)
        let live = options.flag("live", "the running domain", .selects)
        let impact = ImpactOptions(config: config, live: live, current: current)
        let settings = options.rest("set", "parameter=value")

        return { shell, given in
            let impact = try impact.impact(of: given)
            // Without an option virsh makes the older calls, which every driver supports.
            let requested = try impact.isEmpty && !given[current] ? nil : impact
            let isBoth = impact == [.config, .live]
            // libvirt can set both configurations at once but not read them. After setting
            // both they are equal, so reading the one in force is enough.
            let query = isBoth ? [] : requested
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
            // The present parameters say which type each name has.
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
            // `cap` comes before `weight`, as in virsh: the order decides which error is seen.
            if let value = try given[cap] {
                changes.append(try change("cap", to: value, of: parameters))
            }
            if let value = try given[weight] {
                changes.append(try change("weight", to: value, of: parameters))
            }
            if !changes.isEmpty {
                try domain.setSchedulerParameters(changes, requested)
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

/// A new value for a parameter, of the type that its present value has.
/// virsh 9.0.0: `cmdSchedInfoUpdateOne`.
private func change(
    _ name: String, to word: String, of parameters: [TypedParameter]
) throws -> TypedParameter {
    guard let old = parameters[name] else {
        throw CommandFailure("invalid scheduler option: \(name)")
    }
    return try TypedParameter(name, like: old, parsing: word)
}
