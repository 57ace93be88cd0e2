import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdShutdown` in virsh-domain.c.
    static let shutdown = Command(
        "shutdown", .power, on: .domain, help: "ask a guest to shut down"
    ) { options in
        let domain = options.domain()
        let mode = options.string(
            "mode", "ways to ask: acpi, agent, initctl, signal, paravirt", place: .positional)

        return { shell, given in
            // virsh parses the modes before it looks up the domain: of two mistakes, this one is
            // reported.
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
