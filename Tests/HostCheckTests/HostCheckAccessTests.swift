import System
import Testing

@testable import HostCheck

private let atex = Account(
    name: "atex", id: 1000, home: "/home/atex", shell: "/bin/sh", groups: ["atex", "users"])

@Suite struct HostCheckAccessTests {
    private static let correct = """
        permittty no
        disableforwarding yes
        allowtcpforwarding yes
        clientaliveinterval 15
        clientalivecountmax 4
        forcecommand /usr/bin/sudo -n /usr/local/bin/atex-virt-helper --log info qemu:///system
        """

    private func settings(_ changes: (String, String)...) -> SSHDSettings {
        var output = Self.correct
        for (old, new) in changes {
            output = output.split(separator: "\n").map { $0 == old ? new[...] : $0 }
                .joined(separator: "\n")
        }
        return SSHDSettings(atex, output: output)
    }

    @Test func correctSettings() {
        let correct = settings()
        let findings = [
            correct.forcedCommandFinding { _ in true }, correct.forwardingFinding,
            correct.terminalFinding, correct.keepAliveFinding,
        ]
        #expect(findings.map(\.status) == [.ok, .ok, .ok, .ok])
        #expect(correct.invocation?.usesSudo == true && correct.invocation?.mayPrompt == false)
        #expect(correct.invocation?.path == "/usr/local/bin/atex-virt-helper")
        #expect(correct.invocation?.arguments == ["--log", "info", "qemu:///system"])
    }

    @Test func wrongSettings() {
        #expect(
            summaries([settings().forcedCommandFinding { _ in false }]) == [
                "error: the forced command of user 'atex', '/usr/local/bin/atex-virt-helper', does "
                    + "not exist"
            ])
        #expect(settings(("permittty no", "permittty yes")).terminalFinding.status == .warning)
        let open = settings(("disableforwarding yes", "disableforwarding no"))
        #expect(
            summaries([open.forwardingFinding])
                == ["error: user 'atex' can forward through this host: TCP ports"])
        let never = settings(("clientaliveinterval 15", "clientaliveinterval 0"))
        #expect(never.keepAliveFinding.status == .warning)
        let forgiving = settings(("clientalivecountmax 4", "clientalivecountmax 0"))
        #expect(forgiving.keepAliveFinding.status == .warning)
        let late = settings(("clientaliveinterval 15", "clientaliveinterval 4294967295"))
        #expect(late.keepAliveFinding.detail.contains("17179869180 s"))
    }

    @Test func keys() throws {
        var settings = SSHDSettings(
            atex, output: "forcecommand none\npermittty yes\nallowtcpforwarding yes")
        #expect(settings.forcedCommandFinding { _ in true }.detail.contains("cannot be read"))
        settings.keys = []
        #expect(settings.forcedCommandFinding { _ in true }.status == .error)
        let helper = #"command="/usr/bin/sudo -n /opt/atex-virt-helper x,y \"z\"""#
        settings.keys = keyOptions(
            """
            # a comment
            restrict,\(helper) ssh-ed25519 AAAA a
              no-pty,no-port-forwarding,\(helper)\tssh-rsa AAAA b
            """)
        #expect(settings.keys?.count == 2)
        #expect(settings.invocation?.arguments == ["x,y", "z"])
        #expect(settings.forcedCommandFinding { $0 == "/opt/atex-virt-helper" }.status == .ok)
        #expect(settings.forwardingFinding.status == .ok)
        #expect(settings.terminalFinding.status == .ok)
        #expect(keyOptions("restrict ssh-rsa AAAA c\r\nssh-rsa BBBB d\r\n") == ["restrict", ""])
        settings.keys?.append(contentsOf: keyOptions("restrict,pty,port-forwarding ssh-rsa AAAA c"))
        #expect(settings.forcedCommandFinding { _ in true }.status == .error)
        #expect(settings.forwardingFinding.status == .error)
        #expect(settings.terminalFinding.status == .warning)
    }

    @Test(arguments: [
        ("/usr/local/bin/atex-virt-helper", false, false, "/usr/local/bin/atex-virt-helper"),
        ("exec sudo --non-interactive atex-virt-helper", true, false, "atex-virt-helper"),
        ("sudo -u root /a/atex-virt-helper", true, true, "/a/atex-virt-helper"),
        ("atex-virt-helper 2>/dev/null", false, false, "atex-virt-helper"),
    ]) func forcedCommands(text: String, sudo: Bool, asks: Bool, path: String) throws {
        let command = try #require(HelperInvocation(commandLine: text))
        #expect(command.usesSudo == sudo && command.mayPrompt == asks && command.path == path)
    }

    @Test(arguments: ["internal-sftp", "", "sudo -n", "/bin/sh -c atex-virt-helper", "x'"])
    func otherCommands(text: String) { #expect(HelperInvocation(commandLine: text) == nil) }

    @Test func dropIns() {
        let path = "/etc/ssh/sshd_config.d/a.conf"
        let found = DropIn.all(
            path,
            """
            # ForceCommand atex-virt-helper
            Match Group atex,others User alice
                forcecommand = /usr/bin/sudo -n /usr/local/bin/atex-virt-helper
            Match User bob
                ForceCommand internal-sftp
            Match all
            """)
        #expect(found.map(\.users) == [["alice"]] && found.map(\.groups) == [["atex", "others"]])
        #expect(dropInFindings(found, included: true).map(\.status) == [.ok])
        #expect(found[0].applies(to: atex) && DropIn(path: path).applies(to: atex))
        #expect(!DropIn(path: path, users: ["bob"], groups: ["others"]).applies(to: atex))
        #expect(
            summaries(dropInFindings(found, included: false))
                == ["error: /etc/ssh/sshd_config does not include '\(path)'"])
        let client = DropIn(path: "/etc/ssh/ssh_config.d/a.conf")
        #expect(
            summaries(dropInFindings([client], included: true)) == [
                "error: '/etc/ssh/ssh_config.d/a.conf' is for the ssh client: sshd does not read it"
            ])
        let named = DropIn(path: "/etc/ssh/sshd_config.d/a")
        #expect(dropInFindings([named], included: true).map(\.status) == [.error])
        #expect(dropInFindings([], included: true).map(\.status) == [.warning])
        #expect(includesDropIns("Port 22\ninclude /etc/ssh/sshd_config.d/*.conf\n"))
        #expect(includesDropIns("Include \"/etc/ssh/sshd_config.d/*.conf\"\r\n"))
        let quoted = DropIn.all("/x", "Match Group \"atex\"\n  ForceCommand /a/atex-virt-helper\n")
        #expect(quoted.first?.groups == ["atex"])
        #expect(!includesDropIns("#Include /etc/ssh/sshd_config.d/*.conf\n"))
    }

    private static let sudoers = #"""
        Defaults env_reset, secure_path="/usr/sbin:/usr/bin"
        root ALL=(ALL:ALL) ALL
        Cmnd_Alias HELPER = /usr/local/bin/atex-virt-helper --log info qemu\:///system  # ours
        Defaults!HELPER env_keep += "SSH_ORIGINAL_COMMAND SSH_CONNECTION"
        Defaults!HELPER !use_pty, \
            !requiretty
        %atex ALL = (root) NOPASSWD: HELPER
        """#

    private func sudoersFinding(sudoers changes: (String, String)..., command: String? = nil) throws
        -> String
    {
        var text = Self.sudoers
        for (old, new) in changes {
            let place = try #require(text.firstRange(of: old))
            text.replaceSubrange(place, with: new)
        }
        var sudoers = Sudoers()
        sudoers.add([text])
        let forced = try #require(
            HelperInvocation(
                commandLine: command
                    ?? "sudo -n /usr/local/bin/atex-virt-helper --log info qemu:///system"))
        return summaries(onePerCause([sudoers.finding(for: atex, forced)])).joined()
    }

    @Test func correctSudoers() throws {
        #expect(
            try sudoersFinding().hasPrefix("ok: sudo permits the forced command of user 'atex'"))
        #expect(try sudoersFinding(sudoers: ("%atex", "atex")).hasPrefix("ok"))
        #expect(
            try sudoersFinding(sudoers: ("NOPASSWD: HELPER", "NOPASSWD: /bin/true, HELPER"))
                .hasPrefix("ok"))
        #expect(
            try sudoersFinding(sudoers: ("\"SSH_ORIGINAL_COMMAND SSH_CONNECTION\"", "SSH_*"))
                .hasPrefix("ok")
        )
    }

    @Test func wrongSudoers() throws {
        #expect(
            try sudoersFinding(sudoers: ("/usr/local/bin/atex", "/usr/bin/atex"))
                == "error: sshd forces '/usr/local/bin/atex-virt-helper', but sudo permits "
                + "'/usr/bin/atex-virt-helper' to user 'atex'")
        #expect(
            try sudoersFinding(sudoers: ("system", "session")).contains(
                "sudo permits the arguments '--log info qemu:///session'"))
        #expect(
            try sudoersFinding(sudoers: (" SSH_CONNECTION", ""))
                == "error: sudo does not keep SSH_CONNECTION for the helper of user 'atex'")
        #expect(
            try sudoersFinding(sudoers: ("+=", "-="))
                == "error: sudo does not keep SSH_CONNECTION and SSH_ORIGINAL_COMMAND for the "
                + "helper of user 'atex'"
        )
        #expect(
            try sudoersFinding(sudoers: ("NOPASSWD:", ""))
                == "error: sudo asks user 'atex' for a password")
        #expect(
            try sudoersFinding(sudoers: ("%atex", "%other")).contains(
                "sudo does not permit user 'atex' to run"))
        #expect(
            try sudoersFinding(sudoers: (#" --log info qemu\:///system"#, "")).hasPrefix(
                "warning: sudo permits"))
        #expect(
            try sudoersFinding(sudoers: ("NOPASSWD: HELPER", "NOPASSWD: ALL"))
                .hasPrefix("warning: sudo permits user 'atex' more"))
        #expect(
            try sudoersFinding(
                command: "sudo /usr/local/bin/atex-virt-helper --log info qemu:///system"
            ).hasPrefix("warning: the forced command"))
    }

    @Test func oneFindingPerSudoersMistake() {
        let found = ["alice", "bob", "carol"].map {
            SudoersFinding(
                $0, $0 == "bob" ? .warning : .error, "sudo asks ", " for a password", "do")
        }
        #expect(
            summaries(onePerCause(found)) == [
                "error: sudo asks users 'alice', 'carol' for a password",
                "warning: sudo asks user 'bob' for a password",
            ])
    }

    @Test(
        arguments: [
            ("/bin/sh", true, true, nil, Finding.Status.ok), ("", true, true, nil, .ok),
            ("/usr/sbin/nologin", true, true, nil, .error), ("/bin/rbash", true, true, nil, .error),
            ("/bin/gone", false, true, nil, .error), ("/opt/sh", true, false, nil, .warning),
            ("/bin/bash", true, true, "echo hi", .error),
        ] as [(String, Bool, Bool, String?, Finding.Status)])
    func shells(shell: String, exists: Bool, listed: Bool, noise: String?, status: Finding.Status) {
        var facts = ShellFacts(
            Account(name: "u", id: 1, home: "/home/u", shell: shell, groups: []))
        facts.exists = exists
        facts.isListed = listed
        facts.output = noise.map { ("/home/u/.bashrc", $0) }
        #expect(facts.finding.status == status)
        #expect(facts.startupFiles.contains("/home/u/.bashrc") == shell.hasSuffix("bash"))
    }

    @Test(arguments: [
        ("echo hi", "echo hi"), ("  x=1; echo hi", "x=1; echo hi"),
        ("true && fortune", "true && fortune"),
        ("if true; then cat /etc/motd; fi", "if true; then cat /etc/motd; fi"),
        ("# echo hi", nil), ("echo hi >&2", nil), ("x=$(uname -r)", nil), ("alias w='echo x'", nil),
        ("[ -z \"$PS1\" ] && return\necho hi", nil),
        ("case $- in\n*i*) ;;\n*) return;;\nesac\necho hi", nil),
        ("if [ -n \"$PS1\" ]; then\necho hi\nfi", nil),
        ("if [ -n \"$PS1\" ]; then\necho hi\nfi\ndate", "date"),
        ("[[ $- == *i* ]] && echo hi", nil), ("f() {\necho hi\n}", nil),
        ("f() {\necho hi\n}\nw", "w"),
    ]) func noisyFiles(text: String, line: String?) { #expect(firstPrintingLine(of: text) == line) }
}
