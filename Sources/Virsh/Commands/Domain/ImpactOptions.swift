import Libvirt

/// The options `config`, `live` and `current` that many commands share.
struct ImpactOptions {
    let config: Key<Bool>
    let live: Key<Bool>
    let current: Key<Bool>

    /// What was asked for, where `current` and one of the others refuse each other.
    func impact(of given: ParsedOptions) throws -> Impact {
        try given.exclusive(current, live)
        try given.exclusive(current, config)
        var impact: Impact = []
        if try given[config] { impact.insert(.config) }
        if try given[live] { impact.insert(.live) }
        return impact
    }
}

extension Options {
    mutating func impact() -> ImpactOptions {
        let config = flag("config", "for the next start")
        let live = flag("live", "for the running domain")
        return ImpactOptions(
            config: config, live: live, current: flag("current", "for what is in force now"))
    }
}
