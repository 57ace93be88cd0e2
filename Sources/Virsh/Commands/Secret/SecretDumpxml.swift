import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdSecretDumpXML` in virsh-secret.c.
    static let secretDumpxml = Command(
        "secret-dumpxml", .never, help: "print the XML of a secret, without its value"
    ) { options in
        let secret = options.secret()
        let (xpath, wrap) = options.xpath()

        return { shell, given in
            let secret = try shell.secret(given[secret])
            let xpath = try given[xpath]
            try shell.print(xml: secret.xml(), xpath: xpath, wrap: given[wrap])
        }
    }
}
