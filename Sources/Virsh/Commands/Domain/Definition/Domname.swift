import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdDomname` in virsh-domain.c.
    static let domname = Command(
        "domname", .read, on: .domain, help: "the name of a domain"
    ) { options in
        let domain = options.domain("domain id or uuid")

        return { shell, given in
            let domain = try shell.domain(given[domain], by: [.id, .uuid])
            shell.print("\(try domain.name())\n")
        }
    }
}
