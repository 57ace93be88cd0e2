import Libvirt

extension Command {
    /// virsh 9.0.0: `cmdSetUserSSHKeys` in virsh-domain.c.
    static let setUserSSHKeys = Command(
        "set-user-sshkeys", .changes, help: "let keys log in as a user of a guest, or not"
    ) { options in
        let domain = options.domain()
        let user = options.data("user", "the user")
        let file = options.string("file", "a file with keys")
        let reset = options.flag("reset", "no keys but these")
        let remove = options.flag("remove", "not these keys")

        return { shell, given in
            try given.requires(remove, file)
            try given.exclusive(reset, remove)
            let domain = try shell.domain(given[domain])
            let user = try given[user]
            let file = try given[file]
            var flags: Domain.SSHKeyFlags = []
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
                keys = text.unicodeScalars.split(
                    separator: "\n", omittingEmptySubsequences: false
                ).map { String($0) }
            }
            try domain.setSSHKeys(keys, ofUser: user, flags)
        }
    }
}
