import Libvirt
import Policy
import Text

extension Command {
    /// virsh 9.0.0: `cmdMemtune` in virsh-domain.c.
    static let memtune = Command(
        "memtune", .tune, on: .domain, mayOnlyRead: true,
        help: "show or set a domain's memory limits",
        description: "numbers without a unit are KiB; -1 means unlimited"
    ) { options in
        let domain = options.domain()
        let hard = options.number("hard-limit", "maximum memory", as: .any)
        let soft = options.number("soft-limit", "memory limit under contention", as: .any)
        let swap = options.number("swap-hard-limit", "maximum memory plus swap", as: .any)
        let guarantee = options.number("min-guarantee", "guaranteed minimum memory", as: .any)
        let impact = options.impact()

        return { shell, given in
            let impact = try impact.impact(of: given)
            let domain = try shell.domain(given[domain])
            let limits: KeyValuePairs<String, Key<String?>> = [
                "hard_limit": hard, "soft_limit": soft, "swap_hard_limit": swap,
                "min_guarantee": guarantee,
            ]
            var changes: [TypedParameter] = []
            for (name, key) in limits {
                guard let word = try given[key] else { continue }
                guard let limit = memoryLimit(word) else {
                    throw CommandFailure("Unable to parse integer parameter \(key.name)")
                }
                changes.append(TypedParameter(name, .uint64(limit)))
            }
            guard changes.isEmpty else {
                try shell.explaining("Unable to change memory parameters") {
                    () throws(LibvirtError) in
                    try domain.setMemoryParameters(changes, impact)
                }
                return
            }
            let count = try shell.explaining("Unable to get number of memory parameters") {
                () throws(LibvirtError) in try domain.memoryParameterCount(impact)
            }
            let parameters = try shell.explaining("Unable to get memory parameters") {
                () throws(LibvirtError) in
                try domain.memoryParameters(count: count, impact)
            }
            for parameter in parameters {
                let isUnlimited = parameter.value == .uint64(Domain.unlimitedMemory)
                let value = isUnlimited ? "unlimited" : parameter.value.text ?? ""
                shell.print("\(parameter.name.padded(15)): \(value)\n")
            }
        }
    }
}

/// A limit in KiB, rounded up; `nil` if `word` is malformed. Any negative number means
/// unlimited. virsh 9.0.0: `virshMemtuneGetSize`.
private func memoryLimit(_ word: String) -> UInt64? {
    guard let (value, suffix) = leadingSigned(word) else { return nil }
    guard value >= 0 else { return Domain.unlimitedMemory }
    let bytes = scaledNumber(
        UInt64(value), suffix: suffix, unit: 1024, max: UInt64(Int64.max))
    return bytes.map { $0 / 1024 + ($0 % 1024 == 0 ? 0 : 1) }
}
