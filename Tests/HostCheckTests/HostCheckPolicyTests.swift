import Policy
import System
import Testing

@testable import HostCheck

private let ci = Account(
    name: "ci", id: 1001, home: "/home/ci", shell: "/bin/sh", groups: ["atex-keys"])

/// For hosts without a policy file.
let noNames = PolicyVocabulary(
    commands: [], commandAliases: [:], virshCommand: { _ in nil }, virshCommands: { [] })

@Suite struct HostCheckPolicyTests {
    private let helper = "/usr/bin/sudo -n /usr/bin/atex-virt-helper"

    /// Settings of an account whose keys have these options of the helper.
    private func settings(
        keys: [String], file: String = "/etc/atex-virt-helper/keys/%u", force: String = "none"
    ) -> SSHDSettings {
        var settings = SSHDSettings(
            ci, output: "forcecommand \(force)\nauthorizedkeysfile \(file)\n")
        if force == "none" {
            settings.keys = keys.map { #"restrict,command="\#(helper) \#($0) qemu:///system""# }
        }
        return settings
    }

    @Test func rolesOfForcedCommands() throws {
        func role(_ options: String) throws -> String? {
            try #require(HelperInvocation(commandLine: "\(helper) \(options) qemu:///system")).role
        }
        #expect(try role("--log info") == nil)
        #expect(try role("--log info --role tester --identity x") == "tester")
        #expect(try role("--role=c.i+x") == "c.i+x")
    }

    @Test func keysThatOnlyRootCanWrite() throws {
        let settings = settings(keys: ["--role a", "--role b --identity x", "--role a"])
        #expect(settings.invocations.map(\.role) == ["a", "b"])
        #expect(
            summaries(settings.roleFindings { _ in nil }) == [
                "ok: user 'ci' cannot change its role ('a', 'b')"
            ])
        let file = "/etc/atex-virt-helper/keys/ci"
        #expect(
            summaries(settings.roleFindings { $0 == file ? "/etc" : nil })
                == [
                    "error: user 'ci' can choose its own role: others than root can change '/etc', "
                        + "and sshd reads the roles from '/etc/atex-virt-helper/keys/ci'"
                ])
    }

    @Test func keysInTheHomeDirectory() throws {
        let settings = settings(keys: ["--role a"], file: ".ssh/authorized_keys")
        // Even if the file belongs to root: the account can replace its directory.
        #expect(
            summaries(settings.roleFindings { _ in nil }) == [
                "error: user 'ci' can choose its own role: others than root can change "
                    + "'/home/ci/.ssh/authorized_keys', and sshd reads the roles from "
                    + "'/home/ci/.ssh/authorized_keys'"
            ])
        // ForceCommand gives all keys the same role.
        let forced = self.settings(
            keys: [], file: ".ssh/authorized_keys", force: "\(helper) --role a qemu:///system")
        #expect(forced.roleFindings { _ in nil }.map(\.status) == [.ok])
    }

    @Test func keysWithoutARole() throws {
        #expect(settings(keys: ["--log info"]).roleFindings { _ in nil }.isEmpty)
        #expect(
            summaries(settings(keys: ["--role a", "--log info"]).roleFindings { _ in nil }) == [
                "error: some keys of user 'ci' have no role, and so full control of the host"
            ])
    }

    @Test func sudoersOfRoles() {
        func found(_ text: String) -> [String] {
            var sudoers = Sudoers()
            sudoers.add(["Defaults env_keep += \"SSH_CONNECTION SSH_ORIGINAL_COMMAND\"\n" + text])
            let invocations = settings(keys: ["--role a", "--role b"]).invocations
            return sudoers.findings(for: ci, invocations).map {
                "\($0.cause.status.rawValue): \($0.cause.start)ci\($0.cause.end)"
            }
        }
        let command = "/usr/bin/atex-virt-helper"
        let own =
            "ci ALL = (root) NOPASSWD: \(command) --role a qemu\\:///system, "
            + "\(command) --role b qemu\\:///system\n"
        #expect(found(own).allSatisfy { $0.hasPrefix("ok: ") })
        #expect(found(own).count == 2)
        #expect(
            found(own + "%atex-keys ALL = (root) NOPASSWD: \(command) qemu\\:///system\n").last
                == "error: sudo also permits ci '\(command) qemu:///system', which is not the "
                + "command line of a role")
        #expect(found("%atex-keys ALL = (root) ALL\n" + own).last?.hasPrefix("error: ") == true)
        // A key whose command line is missing.
        #expect(
            found("ci ALL = NOPASSWD: \(command) --role a qemu\\:///system\n")
                .contains { $0.hasPrefix("error: sshd forces ") && $0.contains("--role b") })
    }

    @Test func dropInsForKeys() {
        let found = DropIn.all(
            "/etc/ssh/sshd_config.d/k.conf",
            """
            Match Group atex-keys
                AuthorizedKeysFile /etc/atex-virt-helper/keys/%u
            Match Group others
                AuthorizedKeysFile /etc/ssh/keys/%u
            """)
        #expect(found.map(\.groups) == [["atex-keys"]])
    }

    @Test(arguments: [
        ("", false), ("RateLimitBurst=1000", true), ("#RateLimitBurst=1000", false),
        ("RateLimitBurst = 1000\nRateLimitIntervalSec=1s", false), ("RateLimitBurst=0", false),
        ("RateLimitIntervalSec=5min", true), ("RateLimitIntervalSec=0", false),
        ("RateLimitBurst=100\n[Journal]\nRateLimitBurst=10000", false),
        ("RateLimitIntervalSec=500ms\nRateLimitBurst=200", false),
    ]) func journal(text: String, isLow: Bool) {
        let limit = JournalLimit(SystemdSettings([text]))
        #expect(limit.isLow == isLow)
        #expect(journalFinding(limit).status == (isLow ? .warning : .ok))
    }

    @Test(arguments: [
        ("", ""), ("KillUserProcesses=no", ""), ("KillUserProcesses = yes", "'ann', 'bob'"),
        ("[Login]\nKillUserProcesses=1\nKillUserProcesses=0", ""),
        ("KillUserProcesses=yes\nKillExcludeUsers=ann\nKillExcludeUsers=bob", ""),
        ("KillUserProcesses=yes\nKillExcludeUsers=ann bob\nKillExcludeUsers=", "'ann', 'bob'"),
        ("KillUserProcesses=yes\nKillOnlyUsers=root  bob", "'bob'"),
        ("#KillUserProcesses=yes", ""),
    ]) func logind(text: String, affected: String) {
        let finding = logindFinding(SystemdSettings([text]), users: ["ann", "root", "bob"])
        #expect(finding.status == (affected.isEmpty ? .ok : .warning))
        #expect(affected.isEmpty || finding.detail.contains("the leases of \(affected) with"))
    }

    // MARK: The policy file

    private func file(_ text: String) throws -> PolicyFile {
        let vocabulary = PolicyVocabulary(
            commands: ["ping", "virsh"], commandAliases: [:],
            virshCommand: { $0 == "list" ? ("list", .read) : nil }, virshCommands: { ["list"] })
        return try PolicyFile(parsing: Array(text.utf8), path: "/p", vocabulary)
    }

    @Test func rolesInUseExist() throws {
        let file = try file("[role a]\ncommands = ping\n")
        #expect(policyFindings(file, rolesInUse: ["a"]).isEmpty)
        #expect(
            summaries(policyFindings(file, rolesInUse: ["a", "b"])) == [
                "error: sessions with the role 'b' cannot start: '/p' has no such role"
            ])
    }

    @Test func rolesThatAmountToRoot() throws {
        let file = try file("[role a]\ntrusted = yes\n")
        #expect(
            summaries(policyFindings(file, rolesInUse: [])) == [
                "warning: /p:2: role 'a' is trusted: it amounts to root"
            ])
    }

    @Test func objectsThatDoNotExist() throws {
        let file = try file(
            """
            [role a]
            commands = ping
            pools = here:r gone:rw lvm:r
            networks = user default lost
            """)
        let found = try unknownObjects(
            of: file, poolType: { ["here": "dir", "lvm": "logical"][$0] },
            hasNetwork: { $0 == "default" })
        #expect(
            summaries(found) == [
                "warning: /p:3: role 'a' names the pool 'gone', which does not exist",
                "warning: /p:3: role 'a' names the pool 'lvm' of type logical, but roles can only "
                    + "use directory pools",
                "warning: /p:4: role 'a' names the network 'lost', which does not exist",
            ])
    }
}
