import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdSetUserSSHKeys` in virsh-domain.c.
    static let setUserSSHKeys = Command(
        "set-user-sshkeys", .guest, on: [.domain, .file],
        help: "change the authorized SSH keys of a user in a guest"
    ) { options in
        let domain = options.domain()
        let user = options.data("user", "user in the guest")
        let file = options.string(
            "file", "file with one key per line", names: .file, place: .positional)
        let reset = options.flag("reset", "replace all keys (without a file: remove all)")
        let remove = options.flag("remove", "remove these keys")

        return { shell, given in
            try given.requires(remove, file)
            try given.exclusive(reset, remove)
            let domain = try shell.domain(given[domain])
            let user = try given[user]
            let file = try given[file]
            var flags: Domain.SSHKeyFlags = []
            // libvirt replaces all keys unless a flag says otherwise; virsh appends by default.
            if try given[remove] {
                flags = .remove
            } else if try !given[reset] {
                flags = .append
                guard file != nil else { throw CommandFailure("Option --file is required") }
            }
            var keys: [String] = []
            if let file {
                let text = try shell.text(ofFile: file)
                guard !text.isEmpty else {
                    throw CommandFailure("File \(file) contains no keys")
                }
                // Split scalars: Swift treats "\r\n" as one character, which is not "\n". Like
                // virsh, pass empty lines on.
                keys = text.unicodeScalars.split(
                    separator: "\n", omittingEmptySubsequences: false
                ).map { String($0) }
            }
            try domain.setSSHKeys(keys, ofUser: user, flags)
        }
    }
}
