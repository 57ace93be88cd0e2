import Confinement
import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdDomrename` in virsh-domain.c.
    static let domrename = Command(
        "domrename", .define, on: .domain, help: "rename an inactive domain"
    ) { options in
        let domain = options.domain("domain name or uuid")
        let name = options.data("new-name", "the new name")

        return { shell, given in
            let domain = try shell.domain(given[domain])
            let name = try given[name]
            try shell.gate.exclusively {
                try shell.gate.willRename(domain, to: name)
                try domain.rename(to: name)
            }
            shell.printExtra("Domain successfully renamed")
        }
    }
}
