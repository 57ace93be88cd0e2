import Libvirt

extension Command {
    /// virsh 9.0.0: `cmdGetUserSSHKeys` in virsh-domain.c.
    static let getUserSSHKeys = Command(
        "get-user-sshkeys", .reads, help: "the keys that may log in as a user of a guest"
    ) { options in
        let domain = options.domain()
        let user = options.data("user", "the user")

        return { shell, given in
            let domain = try shell.domain(given[domain])
            for key in try domain.sshKeys(ofUser: given[user]) { shell.print(key) }
        }
    }
}
