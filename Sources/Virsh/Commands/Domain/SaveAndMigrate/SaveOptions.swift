import Libvirt

/// The options `running` and `paused` of commands about saved domains.
struct SavedStateOptions {
    let running: Key<Bool>
    let paused: Key<Bool>

    func flags(of given: Given) throws -> Domain.SaveFlags {
        var flags: Domain.SaveFlags = []
        if try given[running] { flags.insert(.running) }
        if try given[paused] { flags.insert(.paused) }
        return flags
    }

    /// The flags, where both together would only be refused later.
    func exclusiveFlags(of given: Given) throws -> Domain.SaveFlags {
        try given.exclusive(running, paused)
        return try flags(of: given)
    }
}

extension Options {
    mutating func savedState() -> SavedStateOptions {
        let running = flag("running", "let it run when it is taken up")
        return SavedStateOptions(
            running: running, paused: flag("paused", "keep it paused when it is taken up"))
    }
}
