import Libvirt

/// The options `config`, `live` and `current` of commands that read or change one of a domain's
/// two configurations.
struct ImpactOptions {
    let config: Key<Bool>
    let live: Key<Bool>
    let current: Key<Bool>

    /// The requested configurations. `current` excludes the others and adds nothing: an empty
    /// set means the configuration in force.
    func impact(of given: ParsedOptions) throws -> Impact {
        try given.exclusive(current, live)
        try given.exclusive(current, config)
        return try given.flags([(config, .config), (live, .live)])
    }
}

extension Options {
    /// Declares `config`, `live` and `current`, in this order.
    mutating func impact() -> ImpactOptions {
        let config = flag("config", "the persistent configuration, for the next start", .selects)
        let live = flag("live", "the running domain", .selects)
        return ImpactOptions(
            config: config, live: live,
            current: flag("current", "the configuration in force (default)", .selects))
    }
}
