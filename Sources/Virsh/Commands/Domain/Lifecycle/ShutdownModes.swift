import Libvirt

/// The ways to reach a guest by virsh's words, in virsh's order.
/// virsh 9.0.0: `cmdShutdown`, `cmdReboot`.
let shutdownModes: KeyValuePairs<String, Domain.ShutdownModes> = [
    "acpi": .acpi, "agent": .agent, "initctl": .initctl, "signal": .signal,
    "paravirt": .paravirt,
]

/// Parses a list of modes, e.g. `acpi,agent`. `expected` lists the known modes in the error:
/// `shutdown` and `reboot` punctuate that list differently.
func shutdownModes(
    _ list: String?, expected: String
) throws(CommandFailure) -> Domain.ShutdownModes {
    var modes: Domain.ShutdownModes = []
    for word in list?.split(separator: ",", omittingEmptySubsequences: false) ?? [] {
        guard let mode = shutdownModes.first(where: { $0.key == word }) else {
            throw CommandFailure("Unknown mode \(word) value, expecting \(expected)")
        }
        modes.insert(mode.value)
    }
    return modes
}
