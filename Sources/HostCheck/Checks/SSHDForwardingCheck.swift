extension Check {
    static let sshdForwarding = Check("sshd-forwarding") { view in
        try view.sshd.get().map(\.forwardingFinding)
    }
}

extension SSHDSettings {
    var forwardingFinding: Finding {
        let nothing = Finding.ok("user \(user) cannot forward anything through this host")
        if values["disableforwarding"] == "yes" { return nothing }
        var permitted: [String] = []
        for (setting, name, keyOption) in [
            ("allowtcpforwarding", "TCP ports", "port-forwarding"),
            ("allowstreamlocalforwarding", "sockets", "port-forwarding"),
            ("allowagentforwarding", "agents", "agent-forwarding"),
            ("x11forwarding", "X11", "X11-forwarding"), ("permittunnel", "tunnels", "tunnel"),
        ]
        where values[setting] ?? "no" != "no"
            && !allKeys(have: "no-\(keyOption)", orRestrictWithout: keyOption)
        {
            permitted.append(name)
        }
        if permitted.isEmpty { return nothing }
        return .error(
            "user \(user) can forward through this host: \(permitted.joined(separator: ", "))",
            "add 'DisableForwarding yes' to the Match block, then reload sshd")
    }
}
