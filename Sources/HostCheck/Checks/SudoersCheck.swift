import System

extension Check {
    static let sudoers = Check("sudoers") { view in
        let settings = try view.sshd.get()
        // Read only if one of the accounts needs sudo.
        var sudoers: Sudoers?
        return onePerCause(
            try settings.flatMap { settings -> [SudoersFinding] in
                let user = settings.account.name
                guard let invocation = settings.invocation else {
                    return [
                        SudoersFinding(
                            user, .warning, "cannot tell: the forced command of ",
                            " does not run the helper", "")
                    ]
                }
                guard invocation.usesSudo else {
                    return [SudoersFinding(user, .ok, "", " can run the helper without sudo", "")]
                }
                let current = try sudoers ?? Sudoers.read()
                sudoers = current
                return current.findings(for: settings.account, settings.invocations)
            })
    }
}

/// What was found about one user. The same cause usually concerns all users of a rule.
struct SudoersFinding: Hashable {
    struct Cause: Hashable {
        let status: Finding.Status
        /// The text before and after the users.
        let start: String
        let end: String
        let hint: String
    }

    let user: String
    let cause: Cause

    init(
        _ user: String, _ status: Finding.Status, _ start: String, _ end: String, _ hint: String
    ) {
        self.user = user
        cause = Cause(status: status, start: start, end: end, hint: hint)
    }
}

/// One finding for each cause, with its users.
func onePerCause(_ found: [SudoersFinding]) -> [Finding] {
    var causes: [SudoersFinding.Cause] = []
    for finding in found where !causes.contains(finding.cause) { causes.append(finding.cause) }
    return causes.map { cause in
        let users = found.filter { $0.cause == cause }.map(\.user)
        let text = "user\(users.count == 1 ? "" : "s") \(listed(users))"
        return Finding(
            status: cause.status, detail: cause.start + text + cause.end, hint: cause.hint)
    }
}

extension Sudoers {
    /// Whether the account may run each of its forced commands and, if they have roles, no other
    /// command line: with another one it could choose its role.
    func findings(
        for account: Account, _ invocations: [HelperInvocation]
    ) -> [SudoersFinding] {
        var found = invocations.map { finding(for: account, $0) }
        guard invocations.contains(where: { $0.role != nil }) else { return found }
        let others = rules(for: account).filter { rule in
            rule.path == "ALL"
                || programName(of: rule.path) == "atex-virt-helper"
                    && !invocations.contains {
                        rule.path == $0.path && rule.arguments == $0.arguments
                    }
        }
        for rule in others {
            let words = ([rule.path] + (rule.arguments ?? ["with any arguments"]))
                .joined(separator: " ")
            found.append(
                SudoersFinding(
                    account.name, .error, "sudo also permits ",
                    " '\(words)', which is not the command line of a role",
                    "remove that rule: with it an account can choose what it may do"))
        }
        return found
    }

    /// Whether the account may run the forced command, exactly that, and without a password.
    func finding(for account: Account, _ invocation: HelperInvocation) -> SudoersFinding {
        func found(
            _ status: Finding.Status, _ start: String, _ end: String, _ hint: String
        ) -> SudoersFinding { SudoersFinding(account.name, status, start, end, hint) }
        let words = ([invocation.path] + invocation.arguments).joined(separator: " ")
        let rules = rules(for: account)
        let permitting = rules.filter { $0.permits(invocation) }
        // As in sudo itself, the last rule that matches decides.
        guard let rule = permitting.last else {
            return denial(of: invocation, to: account, rules)
        }
        let lost = ["SSH_CONNECTION", "SSH_ORIGINAL_COMMAND"].filter { !keeps($0) }
        guard lost.isEmpty else {
            return found(
                .error,
                "sudo does not keep \(lost.joined(separator: " and ")) for the helper of ", "",
                "add to /etc/sudoers.d/atex-virt-helper: Defaults!\(invocation.path) env_keep += "
                    + "\"\(lost.joined(separator: " "))\"")
        }
        if rule.asksPassword {
            return found(
                .error, "sudo asks ", " for a password",
                "add NOPASSWD: before the command in the rule")
        }
        if invocation.mayPrompt {
            return found(
                .warning, "the forced command of ", " lets sudo ask for a password",
                "use 'sudo -n' there, so that sudo fails at once instead of asking")
        }
        if rule.path == "ALL" || rule.arguments == nil {
            return found(
                .warning, "sudo permits ",
                " more than the forced command: any "
                    + (rule.path == "ALL" ? "command" : "arguments"),
                "put the whole command line into the rule: \(words)")
        }
        return found(.ok, "sudo permits the forced command of ", ": \(words)", "")
    }

    private func rules(for account: Account) -> [Rule] {
        let names = [account.name, "ALL", "#\(account.id)"] + account.groups.map { "%\($0)" }
        return rules.filter { rule in
            // Names in capital letters are aliases of users. They are not resolved: the account is
            // assumed to be in them.
            rule.users.contains { name in
                names.contains(name)
                    || name != "ALL" && name.allSatisfy { $0.isUppercase || $0 == "_" }
            }
        }
    }

    /// Why none of an account's rules permits the forced command.
    private func denial(
        of invocation: HelperInvocation, to account: Account, _ rules: [Rule]
    ) -> SudoersFinding {
        func denied(_ start: String, _ end: String, _ hint: String? = nil) -> SudoersFinding {
            SudoersFinding(
                account.name, .error, start, end,
                hint ?? "put the forced command into /etc/sudoers.d/atex-virt-helper with "
                    + "atex-virt-helper-setup, or by hand from "
                    + examplePath("sudoers.d/atex-virt-helper"))
        }
        let other = rules.first { programName(of: $0.path) == "atex-virt-helper" }
        guard let other else {
            if let skipped {
                return denied(
                    "sudo does not read '\(skipped)', the rule of ", "",
                    "rename it without '.' and '~', in a directory that /etc/sudoers includes")
            }
            return denied("sudo does not permit ", " to run '\(invocation.path)'")
        }
        if other.path == invocation.path {
            let words = ([invocation.path] + invocation.arguments).joined(separator: " ")
            let permitted = other.arguments?.joined(separator: " ") ?? ""
            return denied(
                "sshd forces '\(words)', but sudo permits the arguments '\(permitted)' to ", "")
        }
        return denied(
            "sshd forces '\(invocation.path)', but sudo permits '\(other.path)' to ", "")
    }
}

extension Sudoers.Rule {
    fileprivate func permits(_ invocation: HelperInvocation) -> Bool {
        path == "ALL"
            || path == invocation.path && (arguments == nil || arguments == invocation.arguments)
    }
}
