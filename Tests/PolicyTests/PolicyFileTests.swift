import Policy
import Testing

@Suite struct PolicyFileTests {
    private let vocabulary = PolicyVocabulary(
        commands: [
            "ping", "help", "version", "whoami", "setname", "reservations", "port-forwards",
            "addresses", "reserve", "release", "virsh", "upload", "copy-volume", "provision",
            "wait-port", "console", "create-volume", "upload-volume", "download-volume",
            "virt-install", "host-check", "connect",
        ],
        commandAliases: ["vol-copy": "copy-volume"],
        virshCommand: { name in
            switch name {
            case "list": ("list", .read)
            case "destroy": ("destroy", .power)
            case "managedsave": ("managedsave", .power)
            case "nodedev-dettach", "nodedev-detach": ("nodedev-detach", .devices)
            case "edit": ("edit", .never)
            default: nil
            }
        },
        virshCommands: { ["list", "destroy", "managedsave", "nodedev-detach", "edit"] })

    private func parse(_ text: String) throws(PolicyFileError) -> PolicyFile {
        try PolicyFile(parsing: Array(text.utf8), path: "/p", vocabulary)
    }

    private func role(_ keys: String) throws -> Role {
        try #require(try parse("[role r]\n" + keys).role(named: "r"))
    }

    private func mistake(_ text: String) -> String {
        do throws(PolicyFileError) {
            _ = try parse(text)
            return "no error"
        } catch { return error.message }
    }

    // MARK: Values

    @Test func exampleOfTheContract() throws {
        let file = try parse(
            """
            # /etc/atex-virt-helper/roles.conf
            [all]
            # A session without --role is refused.
            require-role = yes
            proxy = http://proxy.example:3128

            [role tester]
            commands = @tester
            virsh = read power snapshot -managedsave
              domains =  rhel9-.*|fedora-.*\u{20}
            pools\t=\timages:r scratch:rw
            """)
        #expect(file.requiresRole)
        #expect(file.proxy == "http://proxy.example:3128")
        let role = try #require(file.role(named: "tester"))
        #expect(role.commands.contains("connect") && role.commands.contains("addresses"))
        #expect(!role.commands.contains("create-volume"))
        #expect(role.virsh.allows("destroy", as: .power))
        #expect(!role.virsh.allows("managedsave", as: .power))
        #expect(role.domains?.text == "rhel9-.*|fedora-.*")
        #expect(role.domains?.matches("fedora-40") == true)
        #expect(role.domains?.matches("xfedora-40") == false)
        #expect(role.pools == ["images": .read, "scratch": .readWrite])
        #expect(role.settings[.virsh]?.line == 9)
    }

    @Test func defaultsAreThoseOfTheContract() throws {
        let role = try role("")
        #expect(role.commands.isEmpty && role.domains == nil && role.pools.isEmpty)
        #expect(role.networks.isEmpty && role.reservation == .session)
        #expect(role.guestPorts == [22...22] && role.hostPorts.isEmpty)
        #expect(role.hostAddresses == ["127.0.0.1"])
        #expect(role.maxMemoryBytes == 4 << 30 && role.maxVCPUs == 4)
        #expect(role.urls == nil && role.templates == nil && !role.isReadOnly)
        #expect(role.maxUploadBytes == 100 << 30)
        #expect(role.maxReservations == 16 && role.maxSessions == 64)
        #expect(role.idleTimeout == 0 && role.maxSessionSeconds == 86400)
        #expect(role.maxGuests == 4 && !role.mayForceRelease && role.priority == 0)
        #expect(!role.isTrusted)
    }

    @Test func everyKeyIsRead() throws {
        let role = try role(
            """
            commands = all
            virsh = all -edit-free
            """.replacing("-edit-free", with: "-list")
                + """

                domains = a
                pools = a:b:r
                volumes = v.*
                networks = labnet user
                reservation = identity
                guest-ports = 22 8000-8080
                host-ports = 20000-20099
                host-addresses = ::1 192.0.2.1
                max-memory = 512M
                max-vcpus = 2
                urls = https://mirror\\.example/.*
                read-only = yes
                max-upload = 0
                max-reservations = 3
                max-sessions = 5
                idle-timeout = 60
                max-session = 0
                templates = base-.*
                max-guests = 7
                force-release = yes
                priority = 9
                """)
        #expect(role.commands.contains("virt-install") && !role.commands.contains("host-check"))
        #expect(!role.virsh.allows("list", as: .read))
        #expect(role.virsh.allows("destroy", as: .power))
        #expect(role.pools == ["a:b": .read])
        #expect(role.volumes?.matches("v1") == true)
        #expect(role.networks == ["labnet", "user"])
        #expect(role.reservation == .identity)
        #expect(role.guestPorts == [22...22, 8000...8080])
        #expect(role.hostPorts == [20000...20099])
        #expect(role.hostAddresses == ["::1", "192.0.2.1"])
        #expect(role.maxMemoryBytes == 512 << 20 && role.maxVCPUs == 2)
        #expect(role.urls?.matches("https://mirror.example/x") == true)
        #expect(role.isReadOnly && role.maxUploadBytes == 0)
        #expect(role.maxReservations == 3 && role.maxSessions == 5)
        #expect(role.idleTimeout == 60 && role.maxSessionSeconds == 0)
        #expect(role.templates?.matches("base-1") == true)
        #expect(role.maxGuests == 7 && role.mayForceRelease && role.priority == 9)
    }

    @Test func trustedStandsAlone() throws {
        #expect(try role("trusted = yes").isTrusted)
        #expect(
            mistake("[role r]\ncommands = all\ntrusted = yes")
                == "/p:3: 'trusted' must be the only key of role 'r': a trusted role has no "
                + "restrictions")
    }

    @Test func commandsAreRemovedFromThoseBefore() throws {
        #expect(try role("commands = @read -ping").commands.contains("ping") == false)
        #expect(try role("commands = -ping ping").commands == ["ping"])
        #expect(try role("commands = @images ping -@images").commands == ["ping"])
        #expect(try role("commands = all -vol-copy").commands.contains("copy-volume") == false)
        #expect(try role("commands = vol-copy").commands == ["copy-volume"])
    }

    @Test func presetsOnlyNameCommands() {
        for preset in CommandPreset.allCases {
            #expect(preset.commands(of: vocabulary).isSubset(of: vocabulary.commands))
            #expect(!preset.commands(of: vocabulary).contains("host-check"))
        }
    }

    @Test func valueKeepsNumberSignsAndBlanks() throws {
        #expect(try role("domains = a #b = c").domains?.text == "a #b = c")
    }

    // MARK: Mistakes

    @Test(
        arguments: [
            ("commands = ping", "1: key 'commands' is not in a section; begin with '[role NAME]'"),
            ("[rol r]", "1: unknown section '[rol r]'; the sections are [all] and [role NAME]"),
            ("[role r", "1: the section's line must end with ']'"),
            ("[role a/b]", "1: 'a/b' is not a role's name: \(IdentityName.rule)"),
            ("[role r]\n[role r]", "2: role 'r' occurs twice"),
            ("[all]\n[all]", "2: section [all] occurs twice"),
            (
                "[all]\nrequire = yes",
                "2: unknown key 'require' of [all]; the keys are "
                    + "require-role, proxy"
            ),
            ("[all]\nrequire-role = true", "2: require-role: 'true' must be 'yes' or 'no'"),
            (
                "[all]\nproxy = proxy:1",
                "2: proxy: 'proxy:1' must be the URL of a proxy, e.g. "
                    + "http://proxy.example:3128"
            ),
            (
                "[role r]\ncomands = ping",
                "2: unknown key 'comands' of a role; did you mean 'commands'?"
            ),
            (
                "[role r]\ncommands ping",
                "2: the line is neither 'key = value' nor a section '[role NAME]'"
            ),
            (
                "[role r]\n # x",
                "2: the line is neither 'key = value' nor a section '[role NAME]'"
                    + "; a comment has '#' as the first character of its line"
            ),
            (
                "[role r]\ncommands = ping\ncommands = help",
                "3: key 'commands' occurs twice in this section; see line 2"
            ),
            (
                "[role r]\ndomains =",
                "2: key 'domains' has no value; leave the line out to use its default"
            ),
            (
                "[role r]\ndomains = (",
                "2: domains: '(' is not a valid regular expression: "
                    + "missing ), unterminated subpattern at position 1"
            ),
            (
                "[role r]\ncommands = pong",
                "2: commands: there is no command or preset 'pong'; did you mean 'ping'?"
            ),
            (
                "[role r]\ncommands = @foobar",
                "2: commands: there is no command or preset '@foobar'; the presets are @read, "
                    + "@tester, @images, @install, all"
            ),
            (
                "[role r]\ncommands = host-check",
                "2: commands: 'host-check' cannot be granted: it names hidden domains; it needs a "
                    + "role with 'trusted = yes'"
            ),
            (
                "[role r]\ncommands = virsh\nvirsh = destory",
                "3: virsh: there is no virsh command or class 'destory'; did you mean 'destroy'?"
            ),
            (
                "[role r]\ncommands = virsh\nvirsh = all never",
                "3: virsh: class 'never' cannot be granted, and 'all' omits it"
            ),
            (
                "[role r]\ncommands = virsh\nvirsh = all -edit",
                "3: virsh: virsh command 'edit' cannot be granted: no role may run it, so remove "
                    + "it here"
            ),
            (
                "[role r]\nvirsh = read\n\n[role q]",
                "2: role 'r' has 'virsh', but its 'commands' do not grant 'virsh'; add it there"
            ),
            ("[role r]\npools = a:rx", "2: pools: 'a:rx' must be NAME:r or NAME:rw"),
            ("[role r]\npools = :r", "2: pools: ':r' must be NAME:r or NAME:rw"),
            ("[role r]\npools = a:r a:rw", "2: pools: pool 'a' occurs twice"),
            (
                "[role r]\nreservation = yes",
                "2: reservation: 'yes' must be 'session', 'identity' or 'no'"
            ),
            (
                "[role r]\nguest-ports = 0",
                "2: guest-ports: '0' must be a port from 1 to 65535, or "
                    + "a range such as 20000-20099"
            ),
            (
                "[role r]\nhost-ports = 2-1",
                "2: host-ports: '2-1' must be a port from 1 to 65535, "
                    + "or a range such as 20000-20099"
            ),
            (
                "[role r]\nhost-addresses = localhost",
                "2: host-addresses: 'localhost' must be an IPv4 or IPv6 address"
            ),
            (
                "[role r]\nmax-memory = 4g",
                "2: max-memory: '4g' must be a number of bytes, or end "
                    + "with K, M, G or T, e.g. 512M"
            ),
            ("[role r]\nmax-memory = 9000000T", "2: max-memory: '9000000T' is too large"),
            ("[role r]\nmax-vcpus = +2", "2: max-vcpus: '+2' must be a number from 1 to 4096"),
            ("[role r]\nread-only = YES", "2: read-only: 'YES' must be 'yes' or 'no'"),
            (
                "[role r]\ndomains = a\0b",
                "2: the line has the control character U+0; only tabs "
                    + "are allowed"
            ),
            (
                "[role r]\r\n",
                "1: the line has the control character U+D; lines end with a line "
                    + "feed alone"
            ),
        ])
    func mistakesNameLineAndRemedy(text: String, message: String) {
        #expect(mistake(text) == "/p:" + message)
    }

    @Test func lineMustBeUTF8() {
        do throws(PolicyFileError) {
            _ = try PolicyFile(
                parsing: Array("[role r]\n".utf8) + [0xFF], path: "/p", vocabulary)
            Issue.record("no error")
        } catch { #expect(error.message == "/p:2: the line is not UTF-8") }
    }

    /// No input may crash the parser or be accepted by accident.
    @Test func everyCutOfAFileIsParsed() throws {
        let text = "[all]\nrequire-role = yes\n[role r]\ncommands = @tester\nvirsh = read -list\n"
        for length in 0...text.utf8.count {
            do throws(PolicyFileError) {
                let file = try PolicyFile(
                    parsing: Array(text.utf8.prefix(length)), path: "/p", vocabulary)
                #expect(file.roles.count <= 1)
            } catch { #expect(error.path == "/p") }
        }
    }

    // MARK: Warnings

    @Test func warnings() throws {
        let file = try parse(
            """
            [role a]
            domains = a.* # mine
            urls = https://mirror\\.example.*|http://b/.*
            [role b]
            commands = virsh
            virsh = all
            domains = .*
            reservation = no
            [role c]
            trusted = yes
            [role fine]
            urls = https://mirror\\.example/.*
            domains = .*
            """)
        #expect(file.warnings.map(\.line) == [2, 3, 7, 10])
    }
}
