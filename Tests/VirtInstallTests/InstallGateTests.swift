import Glibc
import InstallMedia
import Libvirt
import Policy
import System
import Testing
import XML

@testable import VirtInstall

/// What a client with a role may and may not do with virt-install.
struct InstallGateTests {
    let folder: PrivateFolder
    let connection: Connection

    init() throws {
        LibvirtError.silenceLibrary()
        folder = try PrivateFolder()
        connection = try Connection("test://\(folder.path)/node.xml")
    }

    /// What one run did.
    struct Run {
        var status: Int32?
        /// The denial's message, without `denied: `.
        var denial: String?
        var text = ""
        /// The documents that were judged.
        var judged: [String] = []
        /// The new volumes that were judged, and their pools.
        var volumes: [(xml: String, pool: String)] = []
        var claimed: [String] = []
    }

    static let common = ["--osinfo", "generic", "--network", "none", "--graphics", "none"]
    static let memory = ["--memory", "32", "--noautoconsole"]
    static let plain = ["--name", "mine-9", "--import", "--disk", "none"] + memory

    /// `judge` may change or refuse each document.
    func run(
        _ words: [String], as version: InstallVersion = .v41, urls: String? = nil,
        common: [String] = Self.common,
        judge: @escaping (String) throws -> String = { $0 }
    ) throws -> Run {
        var role = Role(name: "builder")
        role.domains = try NamePattern("mine-.*")
        role.pools = ["images": .readWrite]
        role.maxMemoryBytes = 64 << 20
        role.maxVCPUs = 2
        role.urls = try urls.map { try NamePattern($0) }
        role.volumes = try NamePattern("(mine-|plain).*")
        var run = Run()
        var hooks = InstallGate.Hooks()
        hooks.judgeDomain = { xml in
            run.judged.append(xml)
            return PermittedXML(judged: try judge(xml))
        }
        hooks.judgeVolume = { xml, pool in
            run.volumes.append((xml, pool))
            return PermittedXML(judged: xml)
        }
        hooks.claim = { run.claimed.append($0) }
        let gate = InstallGate(Policy(role: role, identity: "ci"), hooks)
        let output = InstallOutput { piece, _ in run.text += piece }
        do throws(Denial) {
            run.status = try install(
                words + common, as: version, output: output, gate: gate
            ) { uri in
                #expect(uri == nil)
                return connection
            }
        } catch {
            #expect(error.message.hasPrefix("denied: "))
            #expect(run.text.contains("ERROR    \(error.message)\n"), "\(run.text)")
            run.denial = String(error.message.dropFirst("denied: ".count))
        }
        return run
    }

    private func exists(_ name: String) -> Bool {
        do throws(LibvirtError) { _ = try connection.domain(name: name) } catch { return false }
        return true
    }

    // MARK: - options

    @Test func everyOptionHasAMark() {
        for option in CommandLineGroup.all.flatMap(\.options) {
            #expect(option.roles != nil, "\(option.label) has no mark for roles")
        }
        for version in InstallVersion.allCases {
            for option in installOptions(version) + choiceOptions {
                for row in option.subOptions(version).rows {
                    #expect(
                        row.roles != nil, "--\(option.name) \(row.names[0]) has no mark for roles")
                }
            }
        }
    }

    @Test(arguments: [
        (["--connect", "test:///default"], "option '--connect' is not granted"),
        (["--conn", "test:///default"], "option '--connect' is not granted"),
        (["--autostart"], "option '--autostart' is not granted"),
        (["--unattended"], "option '--unattended' is not granted"),
        (["--force"], "option '--force' is not granted"),
        (["--filesystem", "/srv,h"], "option '--filesystem' is not granted"),
        (["--hostdev", "0000:00:01.0"], "option '--hostdev' is not granted"),
        (["--host-device=0000:00:01.0"], "option '--host-device' is not granted"),
        (["--qemu-com=-S"], "option '--qemu-commandline' is not granted"),
        (["--security", "type=none"], "option '--security' is not granted"),
        (["--bridge", "br0"], "option '--bridge' is not granted"),
        (["--file", "/srv/a.img"], "option '--file' is not granted"),
        (["--init", "/bin/sh"], "option '--init' is not granted"),
        (["--sysinfo", "type=fwcfg"], "option '--sysinfo' is not granted"),
        (["--check", "path_in_use=off"], "sub-option 'path_in_use' of '--check' is not granted"),
        (["--check", "all=off"], "sub-option 'all' of '--check' is not granted"),
        (
            ["--disk", "source.file=/etc/passwd"],
            "sub-option 'source.file' of '--disk' is not granted"
        ),
        (
            ["--disk", "size=1,backing_store=/a"],
            "sub-option 'backing_store' of '--disk' is not granted"
        ),
        (["--disk", "size=1,perms=sh"], "sub-option 'perms' of '--disk' is not granted"),
        (["--boot", "hd,emulator=/bin/sh"], "sub-option 'emulator' of '--boot' is not granted"),
        (["--boot", "kernel=/boot/k"], "sub-option 'kernel' of '--boot' is not granted"),
        (["--boot", "loader=/l"], "sub-option 'loader' of '--boot' is not granted"),
        (
            ["--install", "kernel=/k,initrd=/i"],
            "sub-option 'kernel' of '--install' is not granted"
        ),
        (["--serial", "tcp,host=127.0.0.1:22"], "sub-option 'host' of '--serial' is not granted"),
        (["--channel", "unix,path=/srv/c"], "sub-option 'path' of '--channel' is not granted"),
        (
            ["--serial", "pty,log.file=/srv/l"],
            "sub-option 'log.file' of '--serial' is not granted"
        ),
        (["--network", "bridge=lo"], "sub-option 'bridge' of '--network' is not granted"),
        (
            ["--network", "user,target.dev=x"],
            "sub-option 'target.dev' of '--network' is not granted"
        ),
        (
            ["--rng", "egd,backend.source.host=127.0.0.1"],
            "sub-option 'backend.source.host' of '--rng' is not granted"
        ),
        (["--tpm", "/dev/tpm0,path=/dev/tpm0"], "sub-option 'path' of '--tpm' is not granted"),
        (["--graphics", "vnc,gl=on"], "sub-option 'gl' of '--graphics' is not granted"),
        (["--memory", "32,hugepages=on"], "sub-option 'hugepages' of '--memory' is not granted"),
        (["--sound", "ich6"], "sub-option 'model' of '--sound' is not granted"),
    ])
    func refusesOptions(words: [String], reason: String) throws {
        defer { folder.remove() }
        let run = try run(words + Self.plain)
        #expect(run.denial == reason, "\(run.text)")
        #expect(run.judged.isEmpty && run.claimed.isEmpty)
        #expect(!exists("mine-9"))
    }

    @Test(arguments: [
        ["--cpu", "host-model,+x2apic,-vmx"], ["--cpu", "core2duo,force=x2apic"],
        ["--boot", "hd,cdrom,bootmenu.enable=on"], ["--controller", "usb3"],
        ["--sound", "none"], ["--memballoon", "none"], ["--rng", "/dev/urandom"],
        ["--console", "pty"], ["--serial", "pty"], ["--network", "network=default"],
        ["--check", "disk_size=off"], ["--vcpus", "2"], ["--memory", "64"],
        ["--metadata", "title=a"], ["--xml", "./title=a,b"], ["--noacpi"], ["--nonetworks"],
    ])
    func permitsOptions(words: [String]) throws {
        defer { folder.remove() }
        let run = try run(
            words + Self.plain, common: ["--osinfo", "generic", "--graphics", "none"])
        #expect(run.status == 0, "\(run.text)")
        #expect(run.judged.count == 1 && run.volumes.isEmpty && run.claimed == ["mine-9"])
        #expect(exists("mine-9"))
    }

    // MARK: - the guest

    @Test(arguments: [
        (["--name", "yours-9"], "domain 'yours-9' is not granted"),
        (["--name", "mine-9", "--metadata", "name=yours-9"], "domain 'yours-9' is not granted"),
        (["--name", "mine-/9"], "domain 'mine-/9' is not granted"),
        ([], "domain 'vm1' is not granted"),
        (["--name", "mine-9", "--memory", "65"], "memory of 65 MiB exceeds the role's limit"),
        (["--name", "mine-9", "--vcpus", "3"], "3 virtual CPUs exceed the role's limit"),
        (
            ["--name", "mine-9", "--vcpus", "1,maxvcpus=9"],
            "9 virtual CPUs exceed the role's limit"
        ),
    ])
    func checksTheGuest(words: [String], reason: String) throws {
        defer { folder.remove() }
        let run = try run(
            ["--import", "--disk", "none", "--noautoconsole"]
                + (words.contains("--memory") ? [] : ["--memory", "32"]) + words)
        #expect(run.denial == reason, "\(run.text)")
        #expect(run.judged.isEmpty && run.claimed.isEmpty)
    }

    @Test(arguments: ["neighbour", "none", "1", "6695eb01-f6a4-8304-79aa-97f2502e193f"])
    func reinstallsOnlyGrantedDomains(name: String) throws {
        defer { folder.remove() }
        let run = try run(["--reinstall", name, "--pxe"])
        #expect(run.denial == "domain '\(name)' is not granted")
    }

    /// Its XML is read with secrets.
    @Test func xmlOfAnExistingDomainIsJudgedBeforeItIsPrinted() throws {
        defer { folder.remove() }
        _ = try connection.defineDomain(
            .own(
                """
                <domain type='test'><name>mine-9</name><memory>9999</memory>
                <os><type>hvm</type></os>
                <devices><graphics type='vnc' passwd='secret'/></devices></domain>
                """))
        let run = try run(
            ["--reinstall", "mine-9", "--pxe", "--dry-run", "--print-xml", "--debug"]
        ) { xml in
            #expect(xml.contains("secret"))
            throw Denial("attribute 'passwd' is not granted")
        }
        #expect(run.denial == "attribute 'passwd' is not granted")
        #expect(!run.text.contains("secret"), "\(run.text)")
    }

    /// Nothing is fetched before.
    @Test(arguments: ["/etc/shadow", "../ks.cfg", "."])
    func injectedFilesAreUploads(name: String) throws {
        defer { folder.remove() }
        let tree = ["--location", "http://mirror.invalid/tree", "--initrd-inject", name]
        let run = try run(
            ["--name", "mine-9", "--disk", "none"] + Self.memory + tree, urls: "http://.*")
        #expect(run.denial == "'\(name)' is not the name of an uploaded file")
    }

    @Test func displaysAreNotOfSpice() throws {
        defer { folder.remove() }
        let words = ["--osinfo", "generic", "--network", "none", "--wait", "0"]
        let run = try run(Self.plain, common: words)
        #expect(run.status == 0, "\(run.text)")
        let xml = try #require(run.judged.first)
        #expect(xml.contains("<graphics type=\"vnc\"") && !xml.contains("spice"), "\(xml)")
    }

    @Test func judgesWhatLibvirtGets() throws {
        defer { folder.remove() }
        var denied = try run(Self.plain + ["--xml", "./title=x"]) { xml in
            #expect(xml.contains("<title>x</title>"))
            #expect(!xml.contains("<emulator>"))
            throw Denial("element 'title' is not granted")
        }
        #expect(denied.denial == "element 'title' is not granted")
        #expect(!exists("mine-9"))
        let changed = try run(Self.plain) { $0.replacing("<os>", with: "<title>new</title><os>") }
        #expect(changed.status == 0)
        let xml = try connection.domain(name: "mine-9").xml([])
        #expect(xml.contains("<title>new</title>") && xml.contains("<emulator>"))
        // Another emulator than the host's is the client's, and judged.
        denied = try run(
            ["--name", "mine-8", "--xml", "./devices/emulator=/bin/sh"] + Self.plain.dropFirst(2)
        ) { xml in
            #expect(xml.contains("<emulator>/bin/sh</emulator>"))
            throw Denial("element 'emulator' is not granted")
        }
        #expect(denied.denial == "element 'emulator' is not granted")
    }

    // MARK: - storage

    @Test(arguments: [
        (["vol=group/one"], "pool 'group' is not granted"),
        (["vol=none/one"], "pool 'none' is not granted"),
        (["pool=group,size=1"], "pool 'group' is not granted"),
        (["source.pool=group,source.volume=one"], "pool 'group' is not granted"),
        (["size=0.1"], "pool 'default' is not granted"),
        (["/lab/images/../secret"], "'/lab/images/../secret' is not a volume of a granted pool"),
        (["/dev/group/one"], "'/dev/group/one' is not a volume of a granted pool"),
        (["plain.img"], "'plain.img' is not a volume of a granted pool"),
        (["http://192.0.2.1/a"], "'http://192.0.2.1/a' is not a volume of a granted pool"),
        (["/dev/stdin"], "'/dev/stdin' is not a volume of a granted pool"),
        (["/lab/images/yours.img,size=0.1"], "creating volume 'yours.img' is not granted"),
    ])
    func refusesStorage(disk: [String], reason: String) throws {
        defer { folder.remove() }
        let run = try run(["--name", "mine-9", "--import", "--disk"] + disk + Self.memory)
        #expect(run.denial == reason, "\(run.text)")
        #expect(try connection.storagePools().count == 2)
    }

    @Test(arguments: ["vol=images/plain.img", "/lab/images/plain.img"])
    func disksAreVolumes(disk: String) throws {
        defer { folder.remove() }
        let run = try run(
            ["--name", "mine-9", "--import", "--disk", disk, "--dry-run", "--print-xml"]
                + Self.memory)
        let guest = try Document(parsing: run.text).root
        let found = try #require(guest.elements(at: "devices/disk").first)
        #expect(found["type"] == "volume" && !found.has("source/@file"))
        #expect(found.value("source/@pool") == "images")
        #expect(found.value("source/@volume") == "plain.img")
    }

    @Test func newVolumesAreJudgedAndCounted() throws {
        defer { folder.remove() }
        let run = try run(
            ["--name", "mine-9", "--import", "--disk", "pool=images,size=0.5"] + Self.memory
        ) { _ in throw Denial("no") }
        #expect(run.denial == "no", "\(run.text)")
        #expect(run.volumes.map(\.pool) == ["images"] && run.judged.count == 1)
        #expect(run.judged.last?.contains("volume=\"mine-9.qcow2\"") == true)
        #expect(run.volumes.first?.xml.contains("<capacity>536870912</capacity>") == true)
        #expect(run.volumes.first?.xml.contains("features") == false)
        // A denial rolls back.
        let names = try connection.storagePool(name: "images").volumes().map { try $0.name() }
        #expect(!names.contains("mine-9.qcow2"))
    }

    // MARK: - media

    private static let location = ["--name", "mine-9", "--disk", "none", "--dry-run"] + memory

    @Test(arguments: [
        ("/etc", "location '/etc' is not a URL"),
        ("/lab/images/disc.iso", "location '/lab/images/disc.iso' is not a URL"),
        ("file:///etc", "location 'file:///etc' is not a URL"),
        ("http://127.0.0.1:1/other", "URL 'http://127.0.0.1:1/other/.treeinfo' is not granted"),
        (
            "http://u@127.0.0.1:1/tree",
            "URL 'http://u@127.0.0.1:1/tree/.treeinfo' contains user "
                + "information"
        ),
        (
            "http://127.0.0.1:1/tree/../x",
            "URL 'http://127.0.0.1:1/tree/../x/.treeinfo' contains '.' or '..'"
        ),
        (
            "http://127.0.0.1:1/tree/%2E./x",
            "URL 'http://127.0.0.1:1/tree/%2E./x/.treeinfo' contains '.' or '..'"
        ),
    ])
    func refusesLocations(location: String, reason: String) throws {
        defer { folder.remove() }
        let run = try run(
            ["--location", location] + Self.location, urls: "http://(u@)?127.0.0.1:1/tree/.*")
        #expect(run.denial == reason, "\(run.text)")
    }

    @Test func refusesRedirects() throws {
        defer { folder.remove() }
        let server = Server([
            "/tree/.treeinfo": .redirect("/secret"), "/secret": .file(Array("[general]".utf8)),
        ])
        defer { server.stop() }
        let run = try run(
            ["--location", server.url("/tree")] + Self.location, urls: server.url("/tree/.*"))
        #expect(
            run.denial == "URL '\(server.url("/tree/.treeinfo"))' redirects to one that is not "
                + "granted", "\(run.text)")
        #expect(server.requests == ["GET /tree/.treeinfo"])
    }

    @Test func refusesAddressesInATree() throws {
        defer { folder.remove() }
        let info = "[general]\nfamily=Own\narch=i686\n[images-i686]\nkernel=../k\ninitrd=i\n"
        let server = Server([
            "/tree/.treeinfo": .file(Array(info.utf8)), "/k": .file(Array("k".utf8)),
        ])
        defer { server.stop() }
        let run = try run(
            ["--location", server.url("/tree")] + Self.location, urls: server.url("/tree/.*"))
        #expect(
            run.denial == "URL '\(server.url("/tree/../k"))' contains '.' or '..'", "\(run.text)")
        #expect(!server.requests.contains { $0.hasSuffix("/k") })
    }

    @Test func kernelsAreTheHelpersOwn() throws {
        defer { folder.remove() }
        let info = "[general]\nfamily=Own\narch=i686\n[images-i686]\nkernel=k\ninitrd=i\n"
        let server = Server([
            "/tree/.treeinfo": .redirect("/moved/.treeinfo"),
            "/moved/.treeinfo": .file(Array(info.utf8)),
            "/tree/k": .file(Array("k".utf8)), "/tree/i": .file(Array("i".utf8)),
        ])
        defer { server.stop() }
        let run = try run(
            ["--location", server.url("/tree"), "--extra-args", "quiet", "--name", "mine-9"]
                + ["--disk", "none", "--transient"] + Self.memory,
            urls: server.url("/(tree|moved)/.*"))
        #expect(run.status == 0, "\(run.text)")
        #expect(run.judged.count == 2)
        for xml in run.judged { #expect(!xml.contains("kernel") && !xml.contains("quiet")) }
        let xml = try connection.domain(name: "mine-9").xml([])
        #expect(xml.contains("<kernel>/") && xml.contains("<cmdline>quiet"))
    }

    @Test(arguments: ["/etc/passwd", "../x", "/dev/stdin", ".", "Sources"])
    func readsOnlyUploadedFiles(name: String) throws {
        defer { folder.remove() }
        let reason = "'\(name)' is not the name of an uploaded file"
        for value in ["user-data", "root-ssh-key", "root-password-file", "network-config"] {
            let run = try run(["--cloud-init", "\(value)=\(name)", "--dry-run"] + Self.plain)
            #expect(run.denial == reason, "\(run.text)")
        }
    }

    @Test func readsUploadedFiles() throws {
        defer { folder.remove() }
        // The session's directory is the working directory.
        let name = "install-gate-\(getpid())"
        defer { unlink(name) }
        try FileDescriptor.creating(name, mode: 0o600).write(Array("#cloud-config\n".utf8))
        let run = try run(["--cloud-init", "user-data=\(name)"] + Self.plain)
        #expect(run.status == 0, "\(run.text)")
        // The drive with the data is the helper's own.
        #expect(run.judged.count == 2)
        for xml in run.judged { #expect(!xml.contains("<disk") && !xml.contains("sysinfo")) }
        let xml = try connection.domain(name: "mine-9").xml(.inactive)
        #expect(xml.contains("device='cdrom'"))
        defer { unlink("\(name)-link") }
        #expect(symlink(name, "\(name)-link") == 0)
        let link = try self.run(
            ["--cloud-init", "user-data=\(name)-link", "--name", "mine-8"]
                + Self.plain.dropFirst(2))
        #expect(link.denial == "'\(name)-link' is not the name of an uploaded file")
    }
}
