import Protocol
import System

extension Check {
    static let sshdKeys = Check("sshd-keys") { view in
        let isDebian = !isMissing("/etc/debian_version")
        return try view.sshd.get().flatMap { settings in
            let paths = settings.keyPaths
            let own = "\(settings.account.home)/.ssh/authorized_keys"
            let files = (paths + (paths.contains(own) ? [] : [own])).map {
                KeyFile($0, settings.account, mayShareGroup: isDebian)
            }
            guard let list = settings.revocationList else {
                return settings.keyFindings(files, revoked: "")
            }
            return settings.keyFindings(files, revoked: try textIfPresent(list))
        }
    }
}

extension SSHDSettings {
    /// The path in RevokedKeys, or `nil`.
    var revocationList: String? {
        values["revokedkeys"].flatMap { $0 == "none" ? nil : $0 }
    }

    /// Whether sshd accepts one of the account's keys. `files` are those that sshd reads, and
    /// `~/.ssh/authorized_keys`, where people look for keys. `revoked` is the text of RevokedKeys,
    /// `nil` if that file is missing.
    func keyFindings(_ files: [KeyFile], revoked: String?) -> [Finding] {
        let paths = keyPaths
        let setting = "AuthorizedKeysFile is '\(values["authorizedkeysfile"] ?? "")'"
        guard let revoked else {
            return [
                .error(
                    "sshd rejects all keys of user \(user): RevokedKeys is "
                        + "'\(revocationList ?? "")', which does not exist",
                    "create that file, then reload sshd")
            ]
        }
        var problems: [Finding] = []
        var usable = 0
        for file in files {
            guard paths.contains(file.path) else {
                guard !file.keys.isEmpty else { continue }
                // With 'none', the line below would name no file.
                problems.append(
                    .error(
                        "sshd does not read the keys of user \(user) in '\(file.path)': \(setting)"
                            + (paths.first.map { ", which means '\($0)'" } ?? ""),
                        paths.first.map { "put the keys into '\($0)'" }
                            ?? "add 'AuthorizedKeysFile .ssh/authorized_keys' to the Match block, "
                            + "then reload sshd"))
                continue
            }
            // A missing file is one of several that sshd tries, but its directories count.
            guard file.exists || file.path == paths.first else { continue }
            let refusal = file.refusal(strictly: values["strictmodes"] != "no")
            if let refusal {
                problems.append(
                    .error("sshd rejects the keys of user \(user): \(refusal.detail)", refusal.hint)
                )
                continue
            }
            for key in file.keys {
                if let reason = reasonToReject(key, revoked) {
                    problems.append(
                        .error(
                            "sshd rejects a key of user \(user) in '\(file.path)': \(reason)",
                            "use another key, e.g. of type ed25519"))
                } else {
                    usable += 1
                }
            }
        }
        if problems.isEmpty, usable == 0 {
            // Keys may also come from a program, or be certificates of an authority.
            for setting in ["authorizedkeyscommand", "trustedusercakeys"] {
                guard values[setting] ?? "none" == "none" else {
                    return [.ok("keys of user \(user) do not come from a file")]
                }
            }
            if paths.isEmpty {
                return [
                    .error(
                        "sshd accepts no key of user \(user): AuthorizedKeysFile is 'none'",
                        "add 'AuthorizedKeysFile .ssh/authorized_keys' to the Match block, then "
                            + "reload sshd")
                ]
            }
            return [
                .warning(
                    "user \(user) has no key in \(listed(paths)), so it cannot log in",
                    "add a key with atex-virt-helper-setup --user \(account.name) --key FILE")
            ]
        }
        return findings(problems, ok: "sshd accepts \(counted(usable, "key")) of user \(user)")
    }

    /// Why sshd does not accept a key, or `nil`.
    private func reasonToReject(_ key: AuthorizedKey, _ revoked: String) -> String? {
        // Lines of a certificate authority are for other keys.
        if splitKeyOptions(key.options).contains("cert-authority") { return nil }
        if !key.blob.isEmpty, revoked.contains(key.blob) {
            return "it is in the list of RevokedKeys, '\(revocationList ?? "")'"
        }
        let accepted =
            values["pubkeyacceptedalgorithms"] ?? values["pubkeyacceptedkeytypes"] ?? ""
        let algorithms =
            [key.type] + (key.type == "ssh-rsa" ? ["rsa-sha2-256", "rsa-sha2-512"] : [])
        if !accepted.isEmpty,
            !accepted.split(separator: ",").contains(where: { algorithms.contains(String($0)) })
        {
            return "PubkeyAcceptedAlgorithms does not contain '\(key.type)'"
        }
        if key.type == "ssh-rsa", let least = values["requiredrsasize"].flatMap({ Int($0) }),
            key.approximateRSABits < least - 16
        {
            return "RequiredRSASize is \(least), and it has fewer bits"
        }
        return nil
    }
}
