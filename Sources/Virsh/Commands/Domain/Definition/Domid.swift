import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdDomid` in virsh-domain.c.
    static let domid = Command(
        "domid", .read, on: .domain, help: "the id of a running domain"
    ) { options in
        let domain = options.domain()

        return { shell, given in
            let domain = try shell.domain(given[domain], by: [.name, .uuid])
            shell.print(domain.id.map { "\($0)\n" } ?? "-\n")
        }
    }
}
