import Libvirt

extension Command {
    /// virsh 9.0.0: `cmdDomFdAssociate` in virsh-domain.c.
    static let domFdAssociate = Command(
        "dom-fd-associate", .changes, help: "hand descriptors to a domain's next start"
    ) { options in
        let domain = options.domain()
        let name = options.data("name", "what the description calls them")
        let files = options.data("pass-fds", "descriptors N,M,...", as: .any)
        let writable = options.flag("seclabel-writable", "label them for writing")
        let restore = options.flag("seclabel-restore", "restore their labels afterwards")

        return { shell, given in
            let domain = try shell.domain(given[domain])
            let name = try given[name]
            try domain.associate(
                name, files: given.files(files) ?? [], writableLabel: given[writable],
                restoreLabel: given[restore])
        }
    }
}
