import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdReboot` in virsh-domain.c.
    static let reboot = Command("reboot", .power, on: .domain, help: "ask a guest to reboot") {
        options in
        let domain = options.domain()
        let mode = options.string(
            "mode", "ways to ask: acpi, agent, initctl, signal, paravirt", place: .positional)

        return { shell, given in
            let modes = try shutdownModes(
                given[mode], expected: "'acpi', 'agent', 'initctl', 'signal' or 'paravirt'")
            let word = try given[domain]
            let domain = try shell.domain(word)
            try shell.explaining("Failed to reboot domain '\(word)'") {
                () throws(LibvirtError) in try domain.reboot(modes)
            }
            shell.printExtra("Domain '\(word)' is being rebooted")
        }
    }
}
