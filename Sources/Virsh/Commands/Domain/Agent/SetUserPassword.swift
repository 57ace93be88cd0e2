import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdSetUserPassword` in virsh-domain.c.
    static let setUserPassword = Command(
        "set-user-password", .guest, on: .domain, help: "set a password inside a guest"
    ) { options in
        let domain = options.domain()
        let user = options.data("user", "user in the guest")
        let password = options.data("password", "the new password")
        let encrypted = options.flag("encrypted", "the password is a crypt(3) hash")

        return { shell, given in
            let user = try given[user]
            let password = try given[password]
            let name = try given[domain]
            try shell.domain(name).setPassword(
                ofUser: user, password, isEncrypted: given[encrypted])
            shell.printExtra("Password set successfully for \(user) in \(name)")
        }
    }
}
