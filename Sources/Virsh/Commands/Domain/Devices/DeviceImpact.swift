import Libvirt

/// The options `persistent`, `config`, `live` and `current` of commands that change devices.
struct DeviceImpactOptions {
    let persistent: Key<Bool>
    let config: Key<Bool>
    let live: Key<Bool>
    let current: Key<Bool>

    /// Throws if `current` is combined with another of the options.
    func check(_ given: ParsedOptions) throws {
        try given.exclusive(persistent, current)
        try given.exclusive(current, live)
        try given.exclusive(current, config)
    }

    /// The configurations that the options name. `persistent` counts as `config`.
    func impact(of given: ParsedOptions) -> Impact {
        var impact: Impact = []
        if given.has(config) || given.has(persistent) { impact.insert(.config) }
        if given.has(live) { impact.insert(.live) }
        return impact
    }

    /// The configurations to change. `persistent` also means `live` if the domain runs.
    func impact(of given: ParsedOptions, on domain: Domain, _ shell: Shell) -> Impact {
        var impact = impact(of: given)
        if given.has(persistent), shell.isKnownToRun(domain) { impact.insert(.live) }
        return impact
    }

    /// `nil` if no option was given: then virsh makes the older call without flags, which every
    /// driver supports.
    func nilIfUnspecified(_ impact: Impact, _ given: ParsedOptions) -> Impact? {
        impact.isEmpty && !given.has(current) ? nil : impact
    }
}

extension Options {
    /// Declares `persistent`, `config`, `live` and `current`, in this order.
    mutating func deviceImpact() -> DeviceImpactOptions {
        let persistent = flag("persistent", "config, and live if the domain runs")
        let impact = impact()
        return DeviceImpactOptions(
            persistent: persistent, config: impact.config, live: impact.live,
            current: impact.current)
    }
}
