import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdGetUserSSHKeys` in virsh-domain.c.
    static let getUserSSHKeys = Command(
        "get-user-sshkeys", .guest, on: .domain, effects: .looksInto,
        help: "the authorized SSH keys of a user in a guest"
    ) { options in
        let domain = options.domain()
        let user = options.data("user", "user in the guest")

        return { shell, given in
            let domain = try shell.domain(given[domain])
            for key in try domain.sshKeys(ofUser: given[user]) { shell.print(key) }
        }
    }
}
