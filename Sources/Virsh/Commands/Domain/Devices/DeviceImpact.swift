import Libvirt

/// The options `persistent`, `config`, `live` and `current` of commands that change devices.
struct DeviceImpactOptions {
    let persistent: Key<Bool>
    let config: Key<Bool>
    let live: Key<Bool>
    let current: Key<Bool>

    /// Refuses what cannot be meant together.
    func check(_ given: Given) throws {
        try given.exclusive(persistent, current)
        try given.exclusive(current, live)
        try given.exclusive(current, config)
    }

    /// What was asked for, before it is known whether the domain runs.
    func impact(of given: Given) -> Impact {
        var impact: Impact = []
        if given.has(config) || given.has(persistent) { impact.insert(.config) }
        if given.has(live) { impact.insert(.live) }
        return impact
    }

    /// What was asked for; `persistent` means the running domain too, if it runs.
    func impact(of given: Given, on domain: Domain, _ shell: Shell) -> Impact {
        var impact = impact(of: given)
        if given.has(persistent),
            shell.tolerating({ () throws(LibvirtError) in try domain.isActive() }) == true
        {
            impact.insert(.live)
        }
        return impact
    }

    /// For calls that have an older form, which virsh uses where nothing was asked for.
    func orOlder(_ impact: Impact, _ given: Given) -> Impact? {
        impact.isEmpty && !given.has(current) ? nil : impact
    }
}

extension Options {
    mutating func deviceImpact() -> DeviceImpactOptions {
        let persistent = flag("persistent", "for the running domain and the next start")
        let impact = impact()
        return DeviceImpactOptions(
            persistent: persistent, config: impact.config, live: impact.live,
            current: impact.current)
    }
}
