import Libvirt

/// The options `running` and `paused` of commands that write or change a saved state. Without
/// them, a restored guest runs if it ran when it was saved.
struct SavedStateOptions {
    let running: Key<Bool>
    let paused: Key<Bool>

    func flags(of given: Given) throws -> Domain.SaveFlags {
        var flags: Domain.SaveFlags = []
        if try given[running] { flags.insert(.running) }
        if try given[paused] { flags.insert(.paused) }
        return flags
    }

    /// The flags. Some commands of virsh check for both options at once, the others leave that
    /// to libvirt.
    func exclusiveFlags(of given: Given) throws -> Domain.SaveFlags {
        try given.exclusive(running, paused)
        return try flags(of: given)
    }
}

extension Options {
    /// Declares `running` and `paused`, in this order.
    mutating func savedState() -> SavedStateOptions {
        let running = flag("running", "guest runs after the restore")
        return SavedStateOptions(
            running: running, paused: flag("paused", "guest is paused after the restore"))
    }
}
