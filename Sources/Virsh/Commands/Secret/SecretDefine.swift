import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdSecretDefine` in virsh-secret.c.
    static let secretDefine = fromFile(
        "secret-define", .never, help: "define a secret or change its definition",
        failing: { "Failed to set attributes from \($0)" },
        making: { (connection, xml, validate) throws(LibvirtError) in
            try connection.defineSecret(xml: xml, validate: validate)
        },
        saying: { shell, secret, _ in
            let uuid = try shell.explaining("Failed to get UUID of created secret") {
                () throws(LibvirtError) in try secret.uuid()
            }
            return "Secret \(uuid) created"
        })
}
