import System

extension Check {
    static let sshdForcedCommand = Check("sshd-forced-command") { view in
        try view.sshd.get().map { $0.forcedCommandFinding(isProgram: isProgram) }
    }
}

extension SSHDSettings {
    func forcedCommandFinding(isProgram: (String) -> Bool) -> Finding {
        let hint = "\(installDropInHint), then reload sshd"
        if let invocation {
            guard isProgram(invocation.path) else {
                return .error(
                    "the forced command of user \(user), '\(invocation.path)', does not exist",
                    "install the helper there, or correct the path in the forced command")
            }
            return .ok("user \(user) can run only '\(invocation.path)'")
        }
        if let forceCommand {
            return .error(
                "the forced command of user \(user) is not this helper, but '\(forceCommand)'",
                hint)
        }
        guard let keys else {
            return .unknown(
                "the keys of user \(user) cannot be read, and sshd_config forces no command")
        }
        return .error(
            "no command is forced for user \(user)"
                + (keys.isEmpty ? "" : ", and not every key has a command= option"), hint)
    }
}
