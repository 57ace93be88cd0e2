extension Check {
    static let sshdTerminal = Check("sshd-terminal") { view in
        try view.sshd.get().map(\.terminalFinding)
    }
}

extension SSHDSettings {
    var terminalFinding: Finding {
        if values["permittty"] == "no" || allKeys(have: "no-pty", orRestrictWithout: "pty") {
            return .ok("user \(user) cannot allocate a terminal")
        }
        return .error(
            "user \(user) can allocate a terminal, which would alter the bytes of the session",
            "add 'PermitTTY no' to the Match block, then reload sshd")
    }
}
