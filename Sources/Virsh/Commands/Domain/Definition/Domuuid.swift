import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdDomuuid` in virsh-domain.c.
    static let domuuid = Command(
        "domuuid", .read, on: .domain, help: "the uuid of a domain"
    ) { options in
        let domain = options.domain("domain id or name")

        return { shell, given in
            let domain = try shell.domain(given[domain], by: [.id, .name])
            // virsh prints this error but returns success.
            guard let uuid = shell.tolerating({ () throws(LibvirtError) in try domain.uuid() })
            else { return shell.printError("failed to get domain UUID") }
            shell.print("\(uuid)\n")
        }
    }
}
