import Libvirt

extension Command {
    /// virsh 9.0.0: `cmdShutdown` in virsh-domain.c.
    static let shutdown = Command(
        "shutdown", .power, help: "ask a guest to shut down"
    ) { options in
        let domain = options.domain()
        let mode = options.string("mode", "how: acpi, agent, initctl, signal, paravirt")

        return { shell, given in
            let modes = try shutdownModes(
                given[mode], expected: "'acpi', 'agent', 'initctl', 'signal', or 'paravirt'")
            let word = try given[domain]
            let domain = try shell.domain(word)
            try shell.explaining("Failed to shutdown domain '\(word)'") {
                () throws(LibvirtError) in try domain.shutdown(modes)
            }
            shell.printExtra("Domain '\(word)' is being shutdown")
        }
    }
}

/// The ways to reach a guest by the words for them.
let shutdownModes: KeyValuePairs<String, Domain.ShutdownModes> = [
    "acpi": .acpi, "agent": .agent, "initctl": .initctl, "signal": .signal,
    "paravirt": .paravirt,
]

/// The modes that a list names; `expected` is how the command's error names the known ones.
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
