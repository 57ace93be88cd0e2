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
        // The administrator may have permitted it for people.
        return .warning(
            "user \(user) can allocate a terminal, which alters the bytes of a session that asks "
                + "for one",
            "add 'PermitTTY no' to the Match block, then reload sshd, unless people need 'ssh -t'")
    }
}
