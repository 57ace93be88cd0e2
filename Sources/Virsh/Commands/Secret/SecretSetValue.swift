import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdSecretSetValue` in virsh-secret.c.
    static let secretSetValue = Command(
        "secret-set-value", .never, help: "set the value of a secret"
    ) { options in
        let secret = options.secret()
        let file = options.string(
            "file", "file with the value, at most 1024 bytes", place: .named)
        let plain = options.flag("plain", "the file contains the value itself, not base64")
        let interactive = options.flag("interactive", "read the value from the terminal")
        let base64 = options.string(
            "base64", "the value in base64; insecure, other users can see it")

        return { shell, given in
            try given.exclusive(file, base64)
            try given.exclusive(plain, base64)
            try given.exclusive(interactive, base64)
            try given.exclusive(interactive, plain)
            try given.exclusive(interactive, file)
            let secret = try shell.secret(given[secret])
            let text = try given[base64]
            let path = try given[file]
            let value: [UInt8]
            if let text {
                shell.printWarning("Passing secret value as command-line argument is insecure!")
                value = try shell.secret(ofBase64: text.unescapedBytes)
            } else if let path {
                let content = try shell.text(ofFile: path, limit: 1024).unescapedBytes
                value = try given[plain] ? content : shell.secret(ofBase64: content)
            } else if try given[interactive] {
                shell.print("Enter new value for secret:")
                value = []  // there is no terminal, so the input is empty
            } else {
                throw CommandFailure("Input secret value is missing")
            }
            try shell.explaining("Failed to set secret value") { () throws(LibvirtError) in
                try secret.setValue(value)
            }
            shell.printExtra("Secret value set")
        }
    }
}

extension Shell {
    /// The bytes of base64 text. virsh notices only text without a whole group, and since 12.0;
    /// before, libvirt refuses the empty secret.
    fileprivate func secret(ofBase64 text: [UInt8]) throws(CommandFailure) -> [UInt8] {
        let value = bytes(ofBase64: text)
        guard !value.isEmpty || version < .warnings else {
            throw CommandFailure("Secret value is not valid base64")
        }
        return value
    }
}
