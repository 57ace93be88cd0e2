import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdDomFdAssociate` in virsh-domain.c.
    static let domFdAssociate = Command(
        "dom-fd-associate", .never, on: .domain, help: "associate descriptors with a domain"
    ) { options in
        let domain = options.domain()
        let name = options.data("name", "name of the descriptor group in the domain's XML")
        let files = options.data("pass-fds", "descriptors N,M,...", as: .any)
        let writable = options.flag("seclabel-writable", "set a security label for writing")
        let restore = options.flag("seclabel-restore", "restore the security label afterwards")

        return { shell, given in
            let domain = try shell.domain(given[domain])
            let name = try given[name]
            try domain.associate(
                name, files: given.files(files) ?? [], writableLabel: given[writable],
                restoreLabel: given[restore])
        }
    }
}
