import Libvirt
import Policy
import Protocol
import System
import Testing
import Wire

@testable import HostCheck

@Suite struct HostCheckHostTests {
    @Test(
        arguments: [
            (12_000_000, ["a"], [], nil, true, Finding.Status.ok),
            (9_000_000, ["a"], [], nil, true, .ok),
            (8_000_000, ["a"], [], nil, true, .error),
            (8_000_000, [], [], nil, true, .warning),
            (9_000_000, [], ["a"], nil, true, .error),
            (11_001_000, [], ["a"], nil, true, .ok),
            (11_003_000, ["a"], [], ["default"], true, .error),
            (11_003_000, ["a"], [], ["default", "passt"], true, .ok),
            (11_003_000, ["a"], [], nil, false, .error),
            (11_003_000, [], [], nil, false, .warning),
            (11_003_000, ["a"], [], nil, nil, .ok),
        ] as [(UInt, [String], [String], [String]?, Bool?, Finding.Status)])
    func passt(
        version: UInt, users: [String], vhostUsers: [String], backends: [String]?,
        hasProgram: Bool?, status: Finding.Status
    ) {
        let facts = PasstFacts(
            version: version, users: users, vhostUsers: vhostUsers, backends: backends,
            hasProgram: hasProgram)
        #expect([facts.finding.status] == [status])
    }

    @Test func unreachableLibvirt() {
        let refused = LibvirtError(code: .systemError, message: "Connection refused")
        #expect(
            summaries([unreachable("qemu:///system", refused)])
                == ["error: 'qemu:///system' cannot be reached: Connection refused"])
        let denied = LibvirtError(
            code: .systemError, message: "x: Permission denied", systemErrorNumber: 13)
        #expect(unreachable(nil, denied).hint.contains("group 'libvirt'"))
        #expect(!unreachable(nil, refused).hint.contains("group 'libvirt'"))
    }

    @Test func systemErrorHasErrno() throws {
        let uri = "qemu+unix:///system?socket=/nonexistent"
        let error = #expect(throws: LibvirtError.self) { try Connection(uri) }
        #expect(error?.code == .systemError && error?.systemErrorNumber == 2)
    }

    @Test func hintIfRightsAreMissing() {
        let view = HostView(
            HostConnection(uri: "test:///nonexistent.xml"), Client(), StateDirectory(path: "/"),
            noNames)
        let errors: [any Error] = [
            RequestError(.denied, "x"), SystemError(number: 13), SystemError(number: 1),
            LibvirtError(code: .accessDenied, message: "x"),
            RequestError(
                "x", LibvirtError(code: .systemError, message: "x", systemErrorNumber: 13)),
        ]
        for error in errors {
            let hint = Check("x") { _ in throw error }.findings(view)[0].hint
            #expect(hint.isEmpty == (ProcessInformation.userID == 0))
        }
        // The text does not decide.
        let other = Check("x") { _ in throw RequestError(.system, "Permission denied") }
        #expect(other.findings(view)[0].hint.isEmpty)
    }

    @Test func virtualization() {
        #expect(hasVirtualization(cpuinfo: "processor\t: 0\nflags\t\t: fpu vmx sse\n") == true)
        #expect(hasVirtualization(cpuinfo: "flags\t\t: fpu sse\n") == false)
        #expect(hasVirtualization(cpuinfo: "Features\t: fp asimd\n") == nil)
        var facts = VirtualizationFacts(architectures: ["x86_64"], domains: [("vm1", "kvm")])
        #expect(summaries([facts.finding]) == ["ok: hardware virtualization (KVM) for x86_64"])
        facts.domains = [("vm1", "qemu")]
        #expect([facts.finding.status] == [.warning])
        facts.architectures = []
        facts.deviceProblem = "does not exist"
        facts.hasProcessorFlag = true
        #expect(
            summaries([facts.finding]) == [
                "warning: no hardware virtualization (KVM), only slow emulation: /dev/kvm does not "
                    + "exist"
            ])
        #expect(facts.finding.hint.contains("kvm_intel"))
        facts.hasProcessorFlag = false
        #expect(facts.finding.hint.contains("nested"))
        facts.domains = [("vm1", "kvm")]
        #expect([facts.finding.status] == [.error])
    }

    @Test func pools() {
        var pool = PoolFacts(name: "p")
        #expect(summaries(poolFindings(pool)) == ["error: there is no pool 'p'"])
        pool.type = "netfs"
        #expect(poolFindings(pool).map(\.status) == [.error])
        pool.type = "dir"
        #expect(poolFindings(pool, isMissing: true).map(\.status) == [.error, .error, .warning])
        // A pool can only start once its directory exists.
        #expect(poolFindings(pool, isMissing: true)[0].hint == "create it: virsh pool-build p")
        pool.isActive = true
        #expect(summaries(poolFindings(pool)) == ["warning: pool 'p' is not started at boot"])
        pool.autostarts = true
        pool.path = "/p"
        #expect(
            summaries(poolFindings(pool)) == [
                "ok: pool 'p' is the directory '/p', active, and started at boot"
            ])
        #expect(bootScratchFinding(pool).status == .ok)
        pool.isActive = false
        #expect(bootScratchFinding(pool).status == .warning)
        #expect(bootScratchFinding(PoolFacts(name: "boot-scratch")).status == .warning)
    }

    @Test(
        arguments: [
            ("xfs", true, "ok: pool 'p' is on xfs, which supports reflinks"),
            ("xfs", false, "warning: pool 'p' is on xfs, made without reflinks"),
            ("ext4", false, "warning: pool 'p' is on ext4, which has no reflinks"),
            (
                "nfs", nil,
                "warning: cannot tell: pool 'p' is on nfs, which may or may not support reflinks"
            ),
            (
                nil, nil,
                "warning: cannot tell: pool 'p' is on an unknown file system, which may or may not "
                    + "support reflinks"
            ),
        ] as [(String?, Bool?, String)])
    func reflinks(name: String?, shares: Bool?, expected: String) {
        let system = FileSystem(name: name, sharesBlocks: shares, capacity: 100, available: 50)
        #expect(summaries([reflinkFinding(PoolFacts(name: "p"), system)]) == [expected])
    }

    @Test(
        arguments: [(50, Finding.Status.ok), (9, .warning), (0, .error)]
            as [(UInt64, Finding.Status)])
    func space(percent: UInt64, status: Finding.Status) {
        let system = FileSystem(
            name: "xfs", sharesBlocks: true, capacity: 100 << 30, available: percent << 30)
        let finding = spaceFinding(PoolFacts(name: "p"), system)
        #expect(finding.status == status)
        #expect(finding.detail.hasSuffix("of 100.0 GiB free for pool 'p'"))
    }

    @Test func sizes() {
        #expect(sizeText(0) == "0 bytes")
        #expect(sizeText(1536) == "1.5 KiB")
        #expect(sizeText(UInt64.max) == "16384.0 PiB")
    }

    @Test func osData() {
        #expect(osDataFinding(in: nil, version: nil).status == .warning)
        #expect(
            summaries([osDataFinding(in: "/d", version: "20250606\n")])
                == ["ok: os-variants are read from '/d', version 20250606"])
    }

    @Test func stateDirectory() {
        func seen(_ owner: UInt32, _ mode: UInt32, user: UInt32 = 0) -> [String] {
            summaries(
                stateFindings(
                    [
                        (
                            "/s",
                            FileStatus(kind: .directory, ownerID: owner, groupID: 0, mode: mode)
                        )
                    ], user: user))
        }
        #expect(
            seen(0, 0o700) == ["ok: reservations are kept in '/s', which only user 0 can open"])
        // Whoever can open a lock file for reading can lock it.
        #expect(
            seen(0, 0o755) == ["error: '/s' has mode 0755: other users can block reservations"])
        let loose = FileStatus(kind: .directory, ownerID: 0, groupID: 0, mode: 0o777)
        #expect(stateFindings([("/s", loose)], user: 0).map(\.hint) == ["chmod 0700 /s"])
        #expect(seen(1000, 0o700, user: 1000).count == 1)
        #expect(
            seen(0, 0o777) == ["error: '/s' has mode 0777: other users can remove reservations"])
        #expect(
            seen(7, 0o700)
                == [
                    "error: '/s' is owned by user 7, not by user 0, whose reservations are kept there"
                ])
        let own = FileStatus(kind: .directory, ownerID: 0, groupID: 0, mode: 0o700)
        let file = FileStatus(kind: .regular, ownerID: 0, groupID: 0, mode: 0o600)
        #expect(
            summaries(
                stateFindings([("/s", own), ("/s/queue", file)], foreign: ["/s/locks/a"], user: 0))
                == [
                    "error: '/s/queue' is not a directory",
                    "error: other users have files where sessions keep their state: '/s/locks/a'",
                ])
        #expect(modeText(0o1777) == "1777")
    }

    @Test func sessionDirectories() {
        let all = ["/var/tmp/atex-virt-helper-a", "/var/tmp/atex-virt-helper-b"]
        let inUse: Set = ["/var/tmp/atex-virt-helper-a/below", "/var/tmp/atex-virt-helper-b"]
        #expect(directoryFindings(all, inUse: inUse).map(\.status) == [.ok])
        #expect(
            summaries(directoryFindings(all, inUse: ["/var/tmp/atex-virt-helper-b2", all[0]])) == [
                "warning: left over from killed sessions: '/var/tmp/atex-virt-helper-b'"
            ])
    }

    @Test func textReport() {
        let text = HostReport([
            ("pool", .ok("fine")), ("pool-space", .warning("little", "more")),
            ("x", .error("bad", "")),
        ]).text
        #expect(
            text == """
                ok       pool        fine
                warning  pool-space  little
                         what to do: more
                error    x           bad
                1 ok, 1 warning, 1 error

                """)
        #expect(
            HostReport([("x", .ok("y"))]).text.hasSuffix(
                "y\n1 ok, 0 warnings, 0 errors\n"))
    }

    @Test func reportFits80Columns() {
        let path = "/var/lib/" + String(repeating: "long/", count: 12) + "name"
        let text = HostReport([
            ("session-directories", .ok("one two three four five six seven eight nine ten eleven")),
            (
                "x",
                .error(
                    "the file \(path) is not right",
                    "run 'chmod go-w \(path)' and then reload sshd, or use another file instead")
            ),
        ]).text
        // Paths stay in one piece: people copy them.
        #expect(
            text == """
                ok       session-directories  one two three four five six seven eight nine ten
                                              eleven
                error    x                    the file
                       \(path)
                                              is not right
                         what to do: run 'chmod go-w
                      \(path)'
                           and then reload sshd, or use another file instead
                1 ok, 0 warnings, 1 error

                """)
        #expect(text.split(separator: "\n").allSatisfy { $0.count <= 80 })
    }

    @Test func reportEscapesControlCharacters() {
        // Other users choose the names of processes and files.
        let text = HostReport([("x", .warning("a\nok", "b\u{1B}c"))]).text
        #expect(text.split(separator: "\n").count == 3)
        #expect(!text.contains("\u{1B}"))
    }

    @Test func tableOfChecks() {
        let names = Check.all.map(\.name)
        #expect(Set(names).count == names.count)
        for name in names {
            #expect(name.utf8.allSatisfy { (0x61...0x7A).contains($0) || $0 == 0x2D })
        }
    }

    @Test func failedCheckIsAWarning() throws {
        let check = Check("x") { _ in throw RequestError(.denied, "not allowed") }
        let view = HostView(
            HostConnection(uri: "test:///nonexistent.xml"), Client(), StateDirectory(path: "/x"),
            noNames)
        #expect(summaries(check.findings(view)) == ["warning: cannot tell: not allowed"])
    }

    @Test func otherChecksWorkWithoutLibvirt() {
        let view = HostView(
            HostConnection(uri: "test:///nonexistent.xml"), Client(), StateDirectory(path: "/"),
            noNames)
        #expect(Check.libvirt.findings(view).map(\.status) == [.error])
        #expect(
            summaries(Check.disk.findings(view))
                == ["warning: cannot tell: libvirt cannot be reached"])
        for check in Check.all {
            #expect(!check.findings(view).isEmpty, "\(check.name)")
        }
    }

    @Test func fileSystems() throws {
        let proc = try FileSystem(of: "/proc")
        #expect(proc.name == nil && proc.sharesBlocks == nil)
        let root = try FileSystem(of: "/")
        #expect(root.capacity > 0 && root.available <= root.capacity)
        #expect(throws: SystemError.noSuchFile) { try FileSystem(of: "/proc/nonexistent") }
    }

    @Test func filesOfOtherUsersAreNotRead() throws {
        let directory = try Directory.makeTemporary(prefix: "/tmp/atex-host-check-")
        defer { Directory.removeTree(directory) }
        let path = "\(directory)/file"
        try FileDescriptor.creating(path).write(Array("echo hi".utf8).span)
        let user = ProcessInformation.userID
        #expect(try textIfPresent(path, ownedBy: user) == "echo hi")
        #expect(throws: RequestError.self) { try textIfPresent(path, ownedBy: user + 1) }
        #expect(throws: RequestError.self) { try textIfPresent(directory, ownedBy: user) }
        #expect(try textIfPresent("\(directory)/none", ownedBy: user) == nil)
    }

    @Test func accounts() throws {
        let root = try #require(Account.named("root"))
        #expect(root.id == 0 && root.groups.first == "root")
        #expect(Account.numbered(0) == root)
        #expect(Account.named("no such user") == nil)
        #expect(Account.members(ofGroup: "root").contains("root"))
        #expect(Account.members(ofGroup: "no such group").isEmpty)
    }

    @Test func programsAreKilledAtTheDeadline() throws {
        #expect(try output(of: ["echo", "x"], until: .now + .seconds(5)) == "x\n")
        let start = ContinuousClock.now
        #expect(throws: RequestError.self) {
            try output(of: ["sleep", "60"], until: .now + .milliseconds(50))
        }
        #expect(ContinuousClock.now - start < .seconds(10))
        #expect(throws: RequestError.self) { try output(of: ["false"], until: .now + .seconds(5)) }
        #expect(throws: RequestError.self) {
            try output(of: ["no-such-program"], until: .now + .seconds(5))
        }
    }
}
