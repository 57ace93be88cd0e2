import Libvirt

extension Command {
    /// It only reads, but libvirt keeps it from those who may only look, too.
    /// virsh 9.0.0: `cmdSecretGetValue` in virsh-secret.c.
    static let secretGetValue = Command(
        "secret-get-value", .changes, help: "the value of a secret, in base64"
    ) { options in
        let secret = options.secret()
        let plain = options.flag("plain", "as it is")

        return { shell, given in
            let value = try shell.secret(given[secret]).value()
            shell.print(try given[plain] ? String(escapingBytes: value) : base64(value))
        }
    }
}
