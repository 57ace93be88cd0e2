extension Check {
    static let sshdAuthentication = Check("sshd-authentication") { view in
        try view.sshd.get().flatMap(\.authenticationFindings)
    }
}

extension SSHDSettings {
    /// Whether a key alone is enough to log in.
    var authenticationFindings: [Finding] {
        var problems: [Finding] = []
        if values["pubkeyauthentication"] == "no" {
            problems.append(
                .error(
                    "user \(user) cannot log in with a key: PubkeyAuthentication is 'no'",
                    "set it to 'yes', then reload sshd"))
        }
        // Each word is a list of methods that together are enough.
        let methods = (values["authenticationmethods"] ?? "any").split(separator: " ")
        if !methods.contains("any"), !methods.contains("publickey") {
            problems.append(
                .error(
                    "a key is not enough for user \(user): AuthenticationMethods is '"
                        + methods.joined(separator: " ") + "'",
                    "add 'AuthenticationMethods publickey' to the first Match block that applies, "
                        + "then reload sshd"))
        }
        return findings(problems, ok: "a key is enough for user \(user) to log in")
    }
}
