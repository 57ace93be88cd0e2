import Libvirt

extension Command {
    /// virsh 9.0.0: `cmdIOThreadSet` in virsh-domain.c.
    static let iothreadset = Command(
        "iothreadset", .changes, help: "change how an I/O thread works"
    ) { options in
        let domain = options.domain()
        let id = options.requiredNumber("id", "the thread's number", as: .int32)
        let pollMax = options.number("poll-max-ns", "longest time it polls, in ns", as: .uint64)
        let pollGrow = options.number("poll-grow", "how that time grows", as: .uint32)
        let pollShrink = options.number("poll-shrink", "how that time shrinks", as: .uint32)
        let poolMin = options.number("thread-pool-min", "fewest workers", as: .int32)
        let poolMax = options.number("thread-pool-max", "most workers", as: .int32)
        let impact = options.impact()

        return { shell, given in
            let impact = try impact.impact(of: given)
            let domain = try shell.domain(given[domain])
            let id = try ioThread(given[id])
            let values: [(name: String, value: TypedParameter.Value?)] = [
                ("poll_max_ns", try given[pollMax].map { .uint64($0) }),
                ("poll_grow", try given[pollGrow].map { .uint32($0) }),
                ("poll_shrink", try given[pollShrink].map { .uint32($0) }),
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
