import Glibc
import Libvirt
import Policy
import System
import TestSupport
import Testing

@testable import Virsh

extension ProcessStateTests {
    /// What a role may do with virsh.
    @Suite(.serialized)  // they share the working directory
    struct VirshGateTests {
        init() { LibvirtError.silenceLibrary() }

        /// A role with classes and commands; `-` before one removes it.
        private func role(_ grants: String, _ change: (inout Role) throws -> Void = { _ in }) throws
            -> Policy
        {
            var role = Role(name: "r")
            for grant in grants.split(separator: " ") {
                let isRemoval = grant.hasPrefix("-")
                let name = String(isRemoval ? grant.dropFirst() : grant)
                let subject: VirshGrant.Subject =
                    name == "all"
                    ? .all
                    : VirshClass(rawValue: name).map { .ofClass($0) }
                        ?? .command(name)
                role.virsh.entries.append((isRemoval, subject))
            }
            role.domains = try NamePattern("test|mine-.*")
            try change(&role)
            return Policy(role: role, identity: "r")
        }

        private func shell(_ policy: Policy) -> Shell {
            Shell(uri: "test:///default", policy: policy, version: .newest) {
                (uri, readOnly) throws(LibvirtError) in
                try Connection(uri, readOnly: readOnly)
            }
        }

        /// What the denial says without `denied: `; `nil` if the words were granted, even if they
        /// failed.
        private func denial(_ words: [String], _ policy: Policy) -> String? {
            let shell = shell(policy)
            let isSuccess = shell.run(words)
            guard let denial = shell.denial else { return nil }
            #expect(!isSuccess)
            #expect(!shell.isObjectNotFound)
            #expect(shell.lastError == nil)
            // Nothing ran before.
            #expect(shell.output.text == "error: \(denial.message)\n")
            #expect(denial.message.hasPrefix("denied: "))
            return String(denial.message.dropFirst("denied: ".count))
        }

        @Test(arguments: Group.all.flatMap(\.commands))
        func noRoleGetsWhatIsNever(_ command: Command) throws {
            // Required options are missing: the command is refused before that is told.
            let denial = denial([command.name], try role("all " + command.name))
            // Some of these read: then a role can have that use.
            let isNever = command.virshClass == .never && !command.mayOnlyRead
            #expect(
                denial == (isNever ? "virsh command '\(command.name)' is not granted" : nil))
        }

        @Test(arguments: Group.all.flatMap(\.commands))
        func withoutGrantsNothingIsGranted(_ command: Command) throws {
            #expect(
                denial([command.name], try role(""))
                    == "virsh command '\(command.name)' is not granted")
        }

        @Test(arguments: [
            ("domstate test", "read", nil),
            ("destroy test", "read", "virsh command 'destroy' is not granted"),
            ("destroy nosuch", "power -destroy", "virsh command 'destroy' is not granted"),
            (
                "destroy test --remove-logs", "all",
                "option '--remove-logs' of virsh command 'destroy'"
            ),
            ("memtune test --config", "read", nil), ("memtune test", "tune", nil),
            ("memtune test", "read -memtune", "virsh command 'memtune' is not granted"),
            ("memtune test --hard-limit 1", "read", "virsh command 'memtune' is not granted"),
            ("memtune test --hard-limit", "read tune", nil),  // a syntax error
            ("blkiotune test --weight 500", "read", "virsh command 'blkiotune' is not granted"),
            (
                "blkiotune test --device-weights /dev/sda,1", "all",
                "option '--device-weights' of virsh command 'blkiotune'"
            ),
            ("blkdeviotune test vda", "read", nil),
            (
                "blkdeviotune test vda --total_bytes_sec 1", "read",
                "virsh command 'blkdeviotune' is not granted"
            ),
            ("vcpupin test --vcpu 0", "read", nil),
            ("vcpupin test 0 0", "read", "virsh command 'vcpupin' is not granted"),
            ("emulatorpin test ''", "read", "virsh command 'emulatorpin' is not granted"),
            ("schedinfo test", "read", nil),
            ("schedinfo test weight=1", "read", "virsh command 'schedinfo' is not granted"),
            ("desc test --title", "read", nil),
            ("desc test ''", "read", "virsh command 'desc' is not granted"),
            ("desc test --edit", "all", "option '--edit' of virsh command 'desc'"),
            ("metadata test urn:x", "read", nil),
            ("metadata test urn:x --remove", "read", "virsh command 'metadata' is not granted"),
            ("snapshot-current test --name", "read", nil),
            (
                "snapshot-current test --snapshotname s", "read",
                "virsh command 'snapshot-current' is not granted"
            ),
            ("snapshot-current test s", "read", "virsh command 'snapshot-current' is not granted"),
            ("blockjob test vda --raw", "read", nil),
            ("blockjob test vda --abort", "read", "virsh command 'blockjob' is not granted"),
            ("blockjob test vda --pivot", "all", "option '--pivot' of virsh command 'blockjob'"),
            ("domtime test --pretty", "read", nil),
            ("domtime test --now", "read", "option '--now' of virsh command 'domtime'"),
            ("domtime test --time=1", "read", "option '--time' of virsh command 'domtime'"),
            ("domtime test --sync", "read guest", nil),
            ("dommemstat test --config", "read", nil),
            (
                "dommemstat test --period 1", "read",
                "option '--period' of virsh command 'dommemstat'"
            ),
            ("dumpxml test --security-info", "all", "option '--security-info' of virsh command"),
            ("dumpxml test --migratable", "all", "option '--migratable' of virsh command"),
            ("attach-interface test network default", "all", nil),
            (
                "attach-interface test bridge br0", "all",
                "'bridge' as '--type' of 'attach-interface'"
            ),
            (
                "attach-interface --source br0 --type bridge --domain test", "all",
                "'bridge' as '--type' of 'attach-interface'"
            ),
            (
                "attach-interface test network n --script s", "all",
                "option '--script' of virsh command 'attach-interface'"
            ),
            ("vol-upload v default-file --offset 1", "all", "option '--offset' of virsh command"),
            ("vol-download v new --offset 1", "all", nil),
            // An alias of a command or an option is that command or option.
            ("nodedev-dettach x", "all", "virsh command 'nodedev-detach' is not granted"),
            // All commands are checked before the first one runs.
            ("echo x; destroy test", "read", "virsh command 'destroy' is not granted"),
            ("quit; destroy test", "read", "virsh command 'destroy' is not granted"),
            ("echo x\nqemu-monitor-command", "all", "virsh command 'qemu-monitor-command'"),
            ("'pool-destroy' \"default\"", "all", "virsh command 'pool-destroy' is not granted"),
            ("nosuch; pool-destroy default", "all", "virsh command 'pool-destroy' is not granted"),
            ("domstate; pool-destroy", "all", "virsh command 'pool-destroy' is not granted"),
            (
                "domstate --domain; pool-destroy", "all",
                "virsh command 'pool-destroy' is not granted"
            ),
            ("pool-destroy \"open", "all", "virsh command 'pool-destroy' is not granted"),
            ("connect test:///default; list", "all", "virsh command 'connect' is not granted"),
            ("# pool-destroy", "all", nil), ("echo 'pool-destroy; x'", "all", nil),
            ("help pool-destroy", "all", "virsh command 'pool-destroy' is not granted"),
            ("pool-destroy --help", "all", "virsh command 'pool-destroy' is not granted"),
            ("help destroy", "read", "virsh command 'destroy' is not granted"),
            ("help nosuch", "read", nil),
        ])
        func grants(_ string: String, _ grants: String, _ expected: String?) throws {
            let found = denial([string], try role(grants))
            if let expected {
                let text = try #require(found, "\(string)")
                #expect(text.hasPrefix(expected))
            } else {
                #expect(found == nil, "\(string)")
            }
        }

        @Test(arguments: [
            ["-c", "test:///default", "list"], ["-ctest:///default", "list"],
            ["--connect=test:///default", "list"], ["--conn", "test:///default", "list"],
            ["-qc", "test:///default", "list"], ["-l", "/tmp/log", "list"], ["--log=x", "list"],
            ["-d0", "list"], ["-k", "1", "list"], ["-K1", "list"], ["--keepalive-count=1", "list"],
            ["-q", "--", "pool-destroy", "default"],
        ])
        func globalOptionsThatAreRefused(_ words: [String]) throws {
            #expect(denial(words, try role("all")) != nil)
        }

        @Test(arguments: [
            ["-q", "-t", "list", "--all"], ["-r", "domstate", "test"], ["-e", "^]", "list"],
            ["-v"], ["-V"], ["--version=long"], ["-h"],
        ])
        func globalOptionsThatAreHarmless(_ words: [String]) throws {
            let shell = shell(try role("read"))
            #expect(shell.run(words))
            #expect(shell.denial == nil)
        }

        @Test func helpNeedsTheGrantOfHelp() throws {
            #expect(denial(["-h"], try role("list")) == "virsh command 'help' is not granted")
            #expect(denial(["-v"], try role("list")) == "virsh command 'version' is not granted")
        }

        @Test(arguments: [["help"], ["-h"], ["help", "domain"], ["help", "secret"]])
        func helpListsWhatIsGranted(_ words: [String]) throws {
            let shell = shell(try role("read -dumpxml"))
            _ = shell.run(words)
            let text = shell.output.text
            for name in ["destroy", "pool-destroy", "dumpxml", "secret-list"] {
                #expect(!text.contains("    \(name) "), "\(name)")
            }
            guard words.last != "secret" else { return }
            #expect(text.contains("    memtune "))
            #expect(!text.contains("'secret'"))  // the group has nothing left
        }

        @Test func helpLeavesRefusedOptionsOut() throws {
            let shell = shell(try role("read"))
            #expect(shell.run(["help", "dumpxml"]))
            #expect(shell.output.text.contains("--inactive"))
            #expect(!shell.output.text.contains("--security-info"))
        }

        @Test func aReadOnlyRoleOnlyReads() throws {
            let policy = try role("all") { $0.isReadOnly = true }
            #expect(denial(["start", "test"], policy) == "virsh command 'start' is not granted")
            #expect(denial(["memtune", "test", "--hard-limit", "1"], policy) != nil)
            #expect(denial(["domtime", "test", "--now"], policy) != nil)
            #expect(denial(["memtune", "test"], policy) == nil)
            var readOnly: [Bool] = []
            let shell = Shell(uri: "test:///default", policy: policy) {
                (uri, isReadOnly) throws(LibvirtError) in
                readOnly.append(isReadOnly)
                return try Connection(uri, readOnly: isReadOnly)
            }
            #expect(shell.run(["domstate", "test"]))
            #expect(readOnly == [true])
        }

        @Test func aTrustedRoleIsUnconfined() throws {
            let policy = try role("") { $0.isTrusted = true }
            #expect(denial(["pool-list"], policy) == nil)
            #expect(shell(policy).run(["-q", "dumpxml", "test", "--security-info"]))
        }

        @Test func valuesWithinTheLimits() throws {
            let policy = try role("tune define") {
                $0.maxMemoryBytes = 64 << 20
                $0.maxVCPUs = 2
            }
            for (words, expected) in [
                (
                    "setmem test 65537",
                    "67109888 bytes of memory are more than the 67108864 granted"
                ),
                ("setmaxmem test 65M --config", "68157440 bytes of memory are more than"),
                ("setmaxmem test 18446744073709551615b", "18446744073709551615 bytes"),
                ("setvcpus test 3", "3 vCPUs are more than the 2 granted"),
                ("iothreadadd test 65", "I/O thread 65 is not granted"),
                ("iothreadadd test 64", nil),
                ("setmem test 64M", nil), ("setvcpus test 2", nil),
                ("setmem nosuch 65M", nil),
            ] {
                let found = denial([words], policy)
                #expect(expected.map { found?.hasPrefix($0) == true } ?? (found == nil), "\(words)")
            }
        }

        /// What `net-dhcp-leases` compares leases with.
        @Test func leasesAreThoseOfShownDomains() throws {
            try inTemporaryDirectory { directory in
                func interface(_ mac: String) -> String {
                    "<devices><interface type='user'><mac address='\(mac)'/></interface></devices>"
                }
                let uri = try TestHost(
                    in: directory,
                    domains: [
                        .init("mine-1", interface("52:54:00:00:0A:01")),
                        .init("other", interface("52:54:00:00:0b:01")),
                    ]
                ).uri
                func hosts(_ policy: Policy) throws -> ShownHosts? {
                    let shell = Shell(uri: uri, policy: policy) {
                        (uri, readOnly) throws(LibvirtError) in
                        try Connection(uri, readOnly: readOnly, policy: policy)
                    }
                    return try ShownHosts(shell)
                }
                let shown = try #require(try hosts(role("read")))
                #expect(shown.contains(mac: "52:54:00:00:0a:01"))
                #expect(!shown.contains(mac: "52:54:00:00:0b:01"))
                let all = try hosts(.unconfined) == nil
                #expect(all)
            }
        }

        /// `--print-xml` would show whether a path of the host is a block device.
        @Test(.enabled(if: isBlockDevice("/dev/loop0"), "there is no /dev/loop0"))
        func pathsOfTheHostAreNotLookedAt() throws {
            let device = "/dev/loop0"
            let types: [(Policy, String)] = [
                (try role("devices"), "file"), (.unconfined, "block"),
            ]
            for (policy, type) in types {
                let shell = shell(policy)
                _ = shell.run(["attach-disk", "test", device, "vdb", "--print-xml"])
                #expect(shell.output.text.contains("<disk type='\(type)'>"), "\(type)")
            }
        }

        @Test func nothingRunsAfterADeniedEffect() throws {
            let shell = shell(try role("tune read"))
            #expect(!shell.run(["domid test; setmem test 99T; domid test"]))
            #expect(shell.output.text.hasPrefix("1\nerror: denied: "))
            #expect(shell.output.text.split(separator: "\n").count == 2)
            #expect(shell.denial != nil)
        }

        @Test func theLogLearnsWhatIsRequested() throws {
            var seen: [VirshRequest] = []
            let shell = Shell(
                uri: "test:///default", policy: try role("read"), observe: { seen.append($0) },
                connect: { (uri, readOnly) throws(LibvirtError) in
                    try Connection(uri, readOnly: readOnly)
                })
            _ = shell.run(["domstate test; vol-key v --pool p"])
            _ = shell.run(["domtime test --now; define f.xml"])
            try #require(seen.count == 2)
            #expect(seen[0].commands == ["domstate", "vol-key"])
            #expect(
                seen[0].objects.map { "\($0.kind):\($0.name)" }
                    == ["domain:test", "volume:v", "pool:p"])
            #expect(!seen[0].isChange)
            #expect(seen[0].denial == nil)
            #expect(seen[1].objects.map(\.kind) == ["domain", "file"])
            #expect(seen[1].isChange)
            #expect(seen[1].denial != nil)
        }

        // MARK: Files

        @Test(arguments: [
            "/etc/hostname", "../f", "./f", "a/b", ".", "..", "", "/dev/fd/10", "/dev/stdin",
        ])
        func filesOutsideTheSession(_ path: String) throws {
            let policy = try role("all")
            for words in [
                ["define", path], ["create", path], ["attach-device", "test", path],
                ["vol-upload", "v", path], ["vol-download", "v", path], ["cpu-compare", path],
                ["screenshot", "test", "--file", path], ["snapshot-create", "test", path],
                ["set-user-sshkeys", "test", "root", "--file", path], ["vol-create", "p", path],
                ["hypervisor-cpu-baseline", "--file", path],
            ] {
                let text = try #require(denial(words, policy), "\(words)")
                #expect(text.hasPrefix("file '\(path)' is not granted"))
            }
        }

        @Test func filesOfTheSession() throws {
            try inTemporaryDirectory { folder in
                let before = currentDirectory()
                try #require(chdir(folder) == 0)
                defer { _ = chdir(before) }
                let policy = try role("all")
                let xml =
                    "<domain type='test'><name>mine-1</name><memory>9</memory>"
                    + "<os><type>hvm</type></os></domain>"
                try FileDescriptor.creating("f.xml").write(Array(xml.utf8))
                #expect(symlink("f.xml", "link") == 0)
                #expect(mkfifo("fifo", 0o600) == 0)

                let shell = shell(policy)
                #expect(shell.run(["define", "f.xml"]))
                #expect(shell.run(["undefine", "mine-1"]))
                for name in ["link", "fifo", "absent"] {
                    let shell = self.shell(policy)
                    #expect(!shell.run(["define", name]))
                    #expect(shell.output.text.hasPrefix("error: Failed to open file '\(name)'"))
                }

                #expect(denial(["screenshot", "test", "--file", "new.png"], policy) == nil)
                #expect(pathExists("new.png"))
                for name in ["f.xml", "link"] {
                    #expect(
                        denial(["screenshot", "test", "--file", name], policy)
                            == "file '\(name)' exists; name a new file")
                }
                #expect(try contents(of: "f.xml", limit: 1000) == Array(xml.utf8))
            }
        }
    }
}
