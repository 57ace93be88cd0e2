import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdSecretUndefine` in virsh-secret.c.
    static let secretUndefine = Command(
        "secret-undefine", .never, help: "remove a secret and its value"
    ) { options in
        let secret = options.secret()

        return { shell, given in
            let uuid = try given[secret]
            let secret = try shell.secret(uuid)
            try shell.explaining("Failed to delete secret \(uuid)") { () throws(LibvirtError) in
                try secret.undefine()
            }
            shell.printExtra("Secret \(uuid) deleted")
        }
    }
}
