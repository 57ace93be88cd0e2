import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdIOThreadSet` in virsh-domain.c.
    static let iothreadset = Command(
        "iothreadset", .tune, on: .domain, help: "set the parameters of an I/O thread"
    ) { options in
        let domain = options.domain()
        let id = options.requiredNumber("id", "id of the thread", as: .int32)
        let pollMax = options.number("poll-max-ns", "maximum polling time in ns", as: .uint64)
        let pollGrow = options.number("poll-grow", "growth factor of that time", as: .uint32)
        let pollShrink = options.number(
            "poll-shrink", "shrink divisor of that time", as: .uint32)
        let pollWeight = options.number(
            "poll-weight", "weight of the most recent interval", as: .uint32, place: .named,
            since: .init(12, 7))
        let poolMin = options.number(
            "thread-pool-min", "minimum number of workers", as: .int32)
        let poolMax = options.number(
            "thread-pool-max", "maximum number of workers", as: .int32)
        let impact = options.impact()

        return { shell, given in
            let impact = try impact.impact(of: given)
            let domain = try shell.domain(given[domain])
            let id = try ioThreadID(given[id])
            let values: [(name: String, value: TypedParameter.Value?)] = [
                ("poll_max_ns", try given[pollMax].map { .uint64($0) }),
                ("poll_grow", try given[pollGrow].map { .uint32($0) }),
                ("poll_shrink", try given[pollShrink].map { .uint32($0) }),
                ("poll_weight", try given[pollWeight].map { .uint32($0) }),
                ("thread_pool_min", try given[poolMin].map { .int32($0) }),
                ("thread_pool_max", try given[poolMax].map { .int32($0) }),
            ]
            let changes = values.compactMap { name, value in
                value.map { TypedParameter(name, $0) }
            }
            guard !changes.isEmpty else {
                throw CommandFailure("Not enough arguments passed, nothing to set")
            }
            try domain.setIOThreadParameters(of: id, changes, impact)
        }
    }
}
