import System
import Testing

@testable import HostCheck

private let atex = Account(
    name: "atex", id: 1000, home: "/home/atex", shell: "/bin/sh", groups: ["atex", "users"])

/// The causes for which sshd refuses a login. Tests/Contrib/host.py tests them with a real sshd.
@Suite struct HostCheckLoginTests {
    private func settings(_ output: String) -> SSHDSettings { SSHDSettings(atex, output: output) }

    @Test(arguments: [
        ("", [Finding.Status.ok], ""),
        ("denyusers other\nallowusers bob\nallowusers at?x", [.ok], ""),
        ("allowusers *@*\nallowgroups a*", [.ok], ""),
        ("denyusers bob\ndenyusers a*", [.error], "DenyUsers contains 'a*'"),
        ("allowusers bob", [.error], "AllowUsers does not contain it"),
        ("allowusers atex@192.0.2.1", [.warning], "only from some addresses"),
        ("denyusers atex@192.0.2.1", [.ok], ""),
        ("denygroups users", [.error], "DenyGroups contains 'users'"),
        ("allowgroups admins", [.error], "AllowGroups contains no group of it"),
        ("refuseconnection yes", [.error], "RefuseConnection"),
    ]) func access(output: String, statuses: [Finding.Status], detail: String) {
        let findings = settings(output).accessFindings
        #expect(findings.map(\.status) == statuses)
        #expect(detail.isEmpty || findings[0].detail.contains(detail))
    }

    @Test(arguments: [
        ("pubkeyauthentication yes\nauthenticationmethods any", Finding.Status.ok),
        ("authenticationmethods publickey,password publickey", .ok),
        ("pubkeyauthentication no", .error), ("authenticationmethods publickey,password", .error),
    ]) func authentication(output: String, status: Finding.Status) {
        #expect(settings(output).authenticationFindings.map(\.status) == [status])
    }

    @Test(arguments: [
        ("chrootdirectory none\nmaxsessions 10\nchanneltimeout none", Finding.Status.ok),
        ("channeltimeout session=0 agent-connection=5m", .ok),
        ("channeltimeout session:shell=5m", .ok),
        ("channeltimeout session:*=5m", .warning), ("channeltimeout *=300", .warning),
        ("chrootdirectory /srv", .error), ("maxsessions 0", .error),
    ]) func session(output: String, status: Finding.Status) {
        #expect(settings(output).sessionFindings.map(\.status) == [status])
    }

    private func file(_ path: String, _ text: String = "ssh-ed25519 AAAA me") -> KeyFile {
        var file = KeyFile(path: path)
        file.exists = true
        file.keys = AuthorizedKey.all(in: text)
        return file
    }

    @Test func keys() {
        let own = file("/home/atex/.ssh/authorized_keys")
        let usual = "authorizedkeysfile .ssh/authorized_keys .ssh/authorized_keys2"
        func found(_ output: String, _ files: KeyFile..., revoked: String? = "") -> String {
            summaries(settings(output).keyFindings(files, revoked: revoked))
                .joined(separator: "\n")
        }
        #expect(found(usual, own) == "ok: sshd accepts 1 key of user 'atex'")
        #expect(
            found("authorizedkeysfile /etc/ssh/keys/%u-%U%%", own)
                == "error: sshd does not read the keys of user 'atex' in '\(own.path)': "
                + "AuthorizedKeysFile is '/etc/ssh/keys/%u-%U%%', which means "
                + "'/etc/ssh/keys/atex-1000%'")
        #expect(found("authorizedkeysfile none", own).contains("AuthorizedKeysFile is 'none'"))
        let empty = KeyFile(path: own.path)
        #expect(
            found(usual, empty).hasPrefix("warning: user 'atex' has no key in '\(own.path)'"))
        #expect(
            found("authorizedkeysfile none", empty)
                == "error: sshd accepts no key of user 'atex': AuthorizedKeysFile is 'none'")
        #expect(found(usual + "\ntrustedusercakeys /etc/ssh/ca", empty).hasPrefix("ok: "))
        var unsafe = own
        unsafe.unsafe = KeyFile.Objection(detail: "x", hint: "y")
        #expect(found(usual, unsafe) == "error: sshd rejects the keys of user 'atex': x")
        #expect(found(usual + "\nstrictmodes no", unsafe).hasPrefix("ok: "))
        #expect(found(usual, own, revoked: nil).contains("does not exist"))
        #expect(found(usual, own, revoked: "ssh-ed25519 AAAA\n").contains("list of RevokedKeys"))
        let only = "\npubkeyacceptedalgorithms rsa-sha2-512"
        #expect(found(usual + only, own).contains("does not contain 'ssh-ed25519'"))
        let blob = String(repeating: "A", count: 372)  // 279 bytes: a key of 2048 bits
        let rsa = file(own.path, "restrict ssh-rsa \(blob) me")
        #expect(found(usual + only + "\nrequiredrsasize 2048", rsa).hasPrefix("ok: "))
        #expect(found(usual + "\nrequiredrsasize 3072", rsa).contains("RequiredRSASize is 3072"))
    }

    @Test(
        arguments: [
            (1000, 0o755, nil), (0, 0o700, nil), (1001, 0o700, "/h belongs to another account"),
            (1000, 0o777, "/h can be changed by other accounts (mode 777)"),
            (0, 0o1777, "/h can be changed by other accounts (mode 1777)"),
            (1000, 0o775, "/h can be changed by other accounts (mode 775)"),
        ] as [(UInt32, UInt32, String?)]) func strictModes(
            owner: UInt32, mode: UInt32, detail: String?
        )
    {
        let status = FileStatus(kind: .directory, ownerID: owner, groupID: 0, mode: mode)
        #expect(KeyFile.objection(to: status, "/h", atex, false)?.detail == detail)
    }

    @Test(arguments: [
        ("atex:*:20000:0:99999:7:::", false, [Finding.Status.ok]),
        ("atex:!:20000:0:99999:7:::", true, [.ok]), ("atex:!:20000:0:99999:7:::", false, [.error]),
        ("atex:*:20000:0:90:7:::", true, [.error]), ("atex:*:0:0:99999:7:::", true, [.error]),
        ("atex:*:20000:0::7::20300:", true, [.error]), ("atex:*:20000::-1:7::20500:", true, [.ok]),
        ("other:!:0:0:0:7::1:", false, [.ok]),
    ]) func accounts(line: String, pam: Bool, statuses: [Finding.Status]) {
        let entry = ShadowEntry(of: "atex", in: "root:*:1:0:99999:7:::\n\(line)\n")
        let findings = accountFindings(atex, entry, usesPAM: pam, today: 20400, [])
        #expect(findings.map(\.status) == statuses)
    }

    @Test func noLogins() {
        #expect(
            summaries(accountFindings(atex, nil, usesPAM: true, today: 1, ["/etc/nologin"]))
                == ["error: /etc/nologin exists: sshd accepts only root"])
    }
}
