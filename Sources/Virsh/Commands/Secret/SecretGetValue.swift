import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdSecretGetValue` in virsh-secret.c.
    static let secretGetValue = Command(
        "secret-get-value", .never, help: "print the value of a secret in base64"
    ) { options in
        let secret = options.secret()
        let plain = options.flag("plain", "print the value itself")

        return { shell, given in
            let value = try shell.secret(given[secret]).value()
            shell.print(try given[plain] ? String(escapingBytes: value) : base64(value))
        }
    }
}
