import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdReset` in virsh-domain.c.
    static let reset = Command("reset", .power, on: .domain, help: "reset a domain's hardware") {
        options in
        let domain = options.domain()

        return { shell, given in
            let word = try given[domain]
            let domain = try shell.domain(word)
            try shell.explaining("Failed to reset domain '\(word)'") { () throws(LibvirtError) in
                try domain.reset()
            }
            shell.printExtra("Domain '\(word)' was reset")
        }
    }
}
