import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdResume` in virsh-domain.c.
    static let resume = Command("resume", .power, on: .domain, help: "resume a paused domain") {
        options in
        let domain = options.domain()

        return { shell, given in
            let word = try given[domain]
            let domain = try shell.domain(word)
            try shell.explaining("Failed to resume domain '\(word)'") { () throws(LibvirtError) in
                try domain.resume()
            }
            shell.printExtra("Domain '\(word)' resumed")
        }
    }
}
