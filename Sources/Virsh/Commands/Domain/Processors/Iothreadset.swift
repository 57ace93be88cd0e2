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
        // A virsh with wider numbers sends those that need it as such, and the driver refuses them.
        let isWide = options.version >= .wideFactors
        let factor = Conversion.uint64(max: isWide ? .max : UInt64(UInt32.max))
        let pollGrow = options.number("poll-grow", "growth factor of that time", as: factor)
        let pollShrink = options.number("poll-shrink", "shrink divisor of that time", as: factor)
        let pollWeight = options.number(
            "poll-weight", "weight of the most recent interval", as: factor, place: .named,
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
                ("poll_grow", try given[pollGrow].map(factorValue)),
                ("poll_shrink", try given[pollShrink].map(factorValue)),
                ("poll_weight", try given[pollWeight].map(factorValue)),
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

/// A number that fits in 32 bits is one of 32 bits. libvirt 11.3.0: `virTypedParamListAddUnsigned`.
private func factorValue(_ number: UInt64) -> TypedParameter.Value {
    UInt32(exactly: number).map { .uint32($0) } ?? .uint64(number)
}

extension LibvirtVersion {
    /// A virsh whose factors may have 64 bits. Which version between 9.0 and 11.3 was the first is
    /// not known.
    fileprivate static let wideFactors = LibvirtVersion(9, 1)
}
