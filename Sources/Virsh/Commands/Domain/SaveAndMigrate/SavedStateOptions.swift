import Libvirt

/// The options `running` and `paused` of commands that write or change a saved state. Without
/// them, a restored guest runs if it ran when it was saved.
struct SavedStateOptions {
    let running: Key<Bool>
    let paused: Key<Bool>

    /// The flags. Both options at once are left to libvirt to refuse, as in virsh.
    func flags(of given: ParsedOptions) throws -> Domain.SaveFlags {
        try given.flags([(running, .running), (paused, .paused)])
    }

    /// The flags, for commands that redefine or edit the XML: they refuse both options at once
    /// before they start. Otherwise libvirt would refuse only after the user has edited.
    func exclusiveFlags(of given: ParsedOptions) throws -> Domain.SaveFlags {
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

/// libvirt's parameter for the number of I/O channels, if one is given.
func savedStateParameters(channels: Int32?) -> [TypedParameter] {
    channels.map { [TypedParameter("parallel.channels", .int32($0))] } ?? []
}

/// libvirt's parameters for a saved state's file and for its new XML.
func savedStateParameters(file: String, xml: String?) -> [TypedParameter] {
    [TypedParameter("file", .string(file))]
        + (xml.map { [TypedParameter("dxml", .string($0))] } ?? [])
}
