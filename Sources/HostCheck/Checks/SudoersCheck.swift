import System

extension Check {
    static let sudoers = Check("sudoers") { view in
        let settings = try view.sshd.get()
        // Read only if one of the accounts needs sudo.
        var sudoers: Sudoers?
        return try settings.map { settings in
            guard let invocation = settings.invocation else {
                return .unknown(
                    "the forced command of user \(settings.user) does not run the helper")
            }
            guard invocation.usesSudo else {
                return .ok("user \(settings.user) runs the helper without sudo")
            }
            let current = try sudoers ?? Sudoers.read()
            sudoers = current
            return current.finding(for: settings.account, invocation)
        }
    }
}

extension Sudoers {
    /// Whether the account may run the forced command, exactly that, and without a password.
    func finding(for account: Account, _ invocation: HelperInvocation) -> Finding {
        let user = "'\(account.name)'"
        let words = ([invocation.path] + invocation.arguments).joined(separator: " ")
        let rules = rules(for: account)
        let permitting = rules.filter { $0.permits(invocation) }
        // As in sudo itself, the last rule that matches decides.
        guard let rule = permitting.last else {
            return denial(of: invocation, to: account, rules)
        }
        let lost = ["SSH_CONNECTION", "SSH_ORIGINAL_COMMAND"].filter { !keeps($0) }
        guard lost.isEmpty else {
            return .error(
                "sudo does not keep \(lost.joined(separator: " and ")) for the helper",
                "add: Defaults!\(invocation.path) env_keep += \"\(lost.joined(separator: " "))\"")
        }
        if rule.asksPassword {
            return .error("sudo asks user \(user) for a password", "add NOPASSWD: to the rule")
        }
        if invocation.mayPrompt {
            return .warning(
                "the forced command of user \(user) lets sudo ask for a password",
                "use 'sudo -n' there, so that sudo fails at once instead of asking")
        }
        if rule.path == "ALL" || rule.arguments == nil {
            return .warning(
                "sudo permits user \(user) more than the forced command: any "
                    + (rule.path == "ALL" ? "command" : "arguments"),
                "put the whole command line into the rule: \(words)")
        }
        return .ok("sudo permits the forced command of user \(user): \(words)")
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
    ) -> Finding {
        let hint =
            "put the forced command into /etc/sudoers.d/atex-virt-helper with "
            + "atex-virt-helper-setup, or by hand from "
            + examplePath("sudoers.d/atex-virt-helper")
        let other = rules.first { programName(of: $0.path) == "atex-virt-helper" }
        guard let other else {
            if let skipped {
                return .error(
                    "sudo does not read '\(skipped)'",
                    "rename it without '.' and '~', in a directory that /etc/sudoers includes")
            }
            return .error(
                "sudo does not permit user '\(account.name)' to run '\(invocation.path)'", hint)
        }
        if other.path == invocation.path {
            let words = ([invocation.path] + invocation.arguments).joined(separator: " ")
            let permitted = other.arguments?.joined(separator: " ") ?? ""
            return .error(
                "sshd forces '\(words)', but sudo permits the arguments '\(permitted)'", hint)
        }
        return .error("sshd forces '\(invocation.path)', but sudo permits '\(other.path)'", hint)
    }
}

extension Sudoers.Rule {
    fileprivate func permits(_ invocation: HelperInvocation) -> Bool {
        path == "ALL"
            || path == invocation.path && (arguments == nil || arguments == invocation.arguments)
    }
}
