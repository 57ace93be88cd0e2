import Confinement
import Glibc
import Libvirt
import Policy
import Protocol
import System
import TestSupport
import Testing
import Text

@testable import HelperSession

/// Gate 4 for volumes: pools, users, content and the limit of a session.
@Suite struct VolumeGateTests {
    private struct GatedHost {
        let fixture: SessionFixture
        let gate: any EffectGate
        /// The directory of the pool `default`.
        let path: String

        func put(_ bytes: [UInt8], _ name: String, pool: String = "default") throws {
            try FileDescriptor.creating("\(fixture.directory)/\(pool)/\(name)").write(bytes)
        }

        func virsh(_ words: String...) throws -> String { try virsh(words: words) }

        func virsh(words: [String]) throws -> String {
            let args = words.map { JSONValue.string($0).text }.joined(separator: ", ")
            let reply = try fixture.reply(to: #"{"cmd": "virsh", "args": [\#(args)]}"#)
            guard case .string(let text)? = reply["reply"] else { return "" }
            return text
        }
    }

    private static let volumes = ["free.img", "busy.img", "seen.img", "mine.img"]

    /// A host on which the domain `other` is hidden. It has busy.img, and reads seen.img.
    private func withHost<Value>(
        domains: [TestHost.Domain] = [], volumes: String = ".*", maxUpload: UInt64 = 1 << 30,
        _ body: (GatedHost) throws -> Value
    ) throws -> Value {
        try inTemporaryDirectory { directory in
            for pool in ["default", "images", "vault"] {
                try Directory.make("\(directory)/\(pool)")
            }
            let path = "\(directory)/default"
            for name in Self.volumes { try write(name, to: "\(path)/\(name)") }
            try write("golden", to: "\(directory)/images/golden.img")
            var role = Role(name: "tester")
            role.commands = ["virsh", "upload", "create-volume", "copy-volume", "upload-volume"]
            role.virsh.entries = [(false, .all)]
            role.domains = try NamePattern("mine-.*")
            role.pools = ["default": .readWrite, "images": .read, "lv": .readWrite]
            role.volumes = try NamePattern(volumes)
            role.maxUploadBytes = maxUpload
            let other = TestHost.Domain(
                "other",
                """
                <devices>\(disk("file='\(path)/busy.img'", type: "file"))
                \(disk("pool='default' volume='seen.img'", "<readonly/>"))</devices>
                """)
            let fixture = try SessionFixture(
                in: directory, domains: domains + [other],
                pools: [
                    TestHost.Pool("default", path: path, volumes: Self.volumes),
                    TestHost.Pool("images", path: "\(directory)/images", volumes: ["golden.img"]),
                    TestHost.Pool("vault", path: "\(directory)/vault"),
                    TestHost.Pool("lv", type: "logical", path: "/dev/lv"),
                ], policy: Policy(role: role, identity: "tester"))
            return try body(GatedHost(fixture: fixture, gate: fixture.session.gate, path: path))
        }
    }

    private func disk(
        _ source: String, _ more: String = "", type: String = "volume", format: String = "raw"
    ) -> String {
        "<disk type='\(type)' device='disk'><driver name='qemu' type='\(format)'/>"
            + "<source \(source)/><target dev='vd\(more.isEmpty ? "a" : "b")'/>\(more)</disk>"
    }

    private func volume(_ name: String, pool: String = "default") -> VolumeName {
        VolumeName(pool: pool, name: name)
    }

    /// Why the gate refuses; `nil` if it does not.
    private func denial(_ body: () throws -> Void) -> String? {
        do { try body() } catch let denial as Denial { return denial.reason } catch {
            return "\(type(of: error))"
        }
        return nil
    }

    // MARK: Pools and names

    @Test func poolsAreReadOrWritten() throws {
        try withHost { host in
            #expect(denial { try host.gate.willWrite(volume("free.img")) } == nil)
            #expect(denial { try host.gate.willWrite(volume("new.img")) } == nil)
            #expect(denial { try host.gate.willRead(volume("golden.img", pool: "images")) } == nil)
            #expect(
                denial { try host.gate.willWrite(volume("golden.img", pool: "images")) }
                    == "pool 'images' is granted for reading only")
            #expect(
                denial { try host.gate.willRead(volume("x", pool: "vault")) }
                    == "pool 'vault' is not granted")
            let logical = "pool 'lv' is not a directory of this machine: its type is 'logical'"
            let denial = try #require(denial { try host.gate.willWrite(volume("x", pool: "lv")) })
            #expect(denial.hasPrefix(logical))
            let reply = try host.virsh("pool-info", "lv")
            #expect(reply.hasPrefix("error: denied: \(logical)"))
        }
    }

    @Test(arguments: ["../vault/n", "a\nb", "", "..", ".atex-virt-helper-new-1"])
    func oddNamesAreRefused(_ name: String) throws {
        try withHost { host in
            #expect(denial { try host.gate.willWrite(volume(name)) } != nil)
            let reply = try host.virsh("vol-create-as", "default", name, "1M")
            #expect(reply.hasPrefix("error: "))
        }
    }

    @Test func namesMustMatch() throws {
        try withHost(volumes: "scratch-.*") { host in
            #expect(denial { try host.gate.willWrite(volume("scratch-1")) } == nil)
            #expect(
                denial { try host.gate.willWrite(volume("free.img")) }
                    == "volume 'free.img' is not granted for writing")
            #expect(denial { try host.gate.willRead(volume("free.img")) } == nil)
        }
    }

    // MARK: Users

    private let hiddenUser =
        "volume '%' in pool 'default' is used by a domain that is not granted"

    @Test func volumesOfHiddenDomains() throws {
        try withHost { host in
            let busy = hiddenUser.replacing("%", with: "busy.img")
            #expect(denial { try host.gate.willRead(volume("busy.img")) } == busy)
            #expect(denial { try host.gate.willWrite(volume("busy.img")) } == busy)
            #expect(
                denial { try host.gate.willWrite(volume("seen.img")) }
                    == hiddenUser.replacing("%", with: "seen.img"))
            #expect(denial { try host.gate.willRead(volume("seen.img")) } == nil)
            #expect(
                try host.virsh("vol-delete", "busy.img", "default") == "error: denied: \(busy)\n")
            #expect(
                try host.virsh("vol-delete", "\(host.path)/busy.img")
                    == "error: denied: \(busy)\n")
            let copy = #"{"cmd": "copy-volume", "pool": "default", "from": "free.img", "#
            let reply = try host.fixture.reply(to: copy + #""to": "busy.img", "force": true}"#)
            #expect(reply["reply"] == .string("denied: \(busy)"))
            #expect(try text(of: "\(host.path)/busy.img") == "busy.img")
        }
    }

    @Test func otherNamesOfAFile() throws {
        try withHost { host in
            try #require(link("\(host.path)/busy.img", "\(host.path)/hard.img") == 0)
            try #require(symlink("busy.img", "\(host.path)/link.img") == 0)
            #expect(
                denial { try host.gate.willRead(volume("hard.img")) }
                    == hiddenUser.replacing("%", with: "hard.img"))
            #expect(
                denial { try host.gate.willRead(volume("link.img")) }
                    == "volume 'link.img' in pool 'default' is not a regular file")
        }
    }

    /// Unless the client has named it, the pool is that of a template.
    @Test func hiddenPoolOfATemplate() throws {
        try withHost { host in
            func denial(_ pool: String, isNamed: Bool) -> String? {
                self.denial { try host.gate.willMakeDisk(inPool: pool, isNamed: isNamed) }
            }
            func text(_ pool: String) -> String {
                "pool '\(pool)' is not granted for the disks of guests"
            }
            #expect(denial("default", isNamed: false) == nil)
            #expect(denial("images", isNamed: false) == text("images"))
            #expect(denial("vault", isNamed: true) == text("vault"))
            #expect(
                denial("vault", isNamed: false)
                    == "the pool of the template's disks is not granted for the disks of guests; "
                    + "'pool' names another one")
        }
    }

    // MARK: Content

    /// A qcow2 image whose header names a raw backing file.
    private func image(backing path: String) -> [UInt8] {
        var image = [UInt8](repeating: 0, count: 1 << 16)
        func put(_ value: UInt64, _ count: Int, at offset: Int) {
            for index in 0..<count {
                image[offset + index] = UInt8(
                    truncatingIfNeeded: value >> (8 * (count - 1 - index)))
            }
        }
        put(0x5146_49FB, 4, at: 0)
        put(3, 4, at: 4)
        put(1024, 8, at: 8)
        put(UInt64(path.utf8.count), 4, at: 16)
        put(16, 4, at: 20)
        put(1 << 20, 8, at: 24)
        put(104, 4, at: 100)
        put(0xE279_2ACA, 4, at: 104)
        put(3, 4, at: 108)
        image.replaceSubrange(112..<115, with: "raw".utf8)
        image.replaceSubrange(1024..<1024 + path.utf8.count, with: path.utf8)
        return image
    }

    @Test func contentIsJudged() throws {
        try withHost(
            domains: [
                TestHost.Domain(
                    "mine-1",
                    "<devices>\(disk("pool='default' volume='mine.img'"))</devices>")
            ]
        ) { host in
            func denial(_ bytes: [UInt8], _ name: String = "new.img") -> String? {
                self.denial {
                    try host.gate.willReceive(ImageBytes(bytes), into: volume(name))
                }
            }
            let text = "the content for volume 'new.img' in pool 'default'"
            let shadow = image(backing: "/etc/shadow")
            #expect(denial(Array("text".utf8)) == nil)
            #expect(
                denial(shadow) == "\(text) is a qcow2 image whose backing file is not granted")
            // Its user declares raw.
            #expect(denial(shadow, "mine.img") == nil)
            let images = "\(host.fixture.directory)/images"
            #expect(denial(image(backing: "\(images)/golden.img")) == nil)
            for path in ["\(images)/../images/golden.img", "\(images)/no", "\(host.path)/busy.img"]
            {
                #expect(denial(image(backing: path)) != nil)
            }
            #expect(denial(image(backing: "\(host.path)/new.img")) != nil)

            try host.put(shadow, "evil.img")
            try host.put(Array("x".utf8) + shadow.dropFirst(), "half.img")
            #expect(self.denial { try host.gate.willReshape(volume("evil.img")) } != nil)
            #expect(self.denial { try host.gate.willReshape(volume("free.img")) } == nil)
            let first = ImageBytes(Array("Q".utf8))
            #expect(
                self.denial { try host.gate.willOverlay(first, onto: volume("half.img")) } != nil)
            #expect(
                self.denial { try host.gate.willOverlay(first, onto: volume("free.img")) } == nil)
        }
    }

    @Test func cloneOfWhatAGuestWrote() throws {
        try withHost(
            domains: [
                TestHost.Domain(
                    "mine-1",
                    "<devices>\(disk("pool='default' volume='mine.img'"))</devices>")
            ]
        ) { host in
            try removeFile("\(host.path)/mine.img")
            // It passes as qcow2, but the domain declares raw.
            let golden = "\(host.fixture.directory)/images/golden.img"
            try host.put(image(backing: golden), "mine.img")
            #expect(
                denial { try host.gate.willReshape(volume("mine.img")) }
                    == "volume 'mine.img' in pool 'default' is not used in the format that its "
                    + "content has")
        }
    }

    // MARK: XML

    @Test func backingFileIsShownIfGranted() throws {
        try withHost { host in
            func xml(_ path: String) -> String {
                "<volume><name>n</name><backingStore><path>\(path)</path></backingStore></volume>"
            }
            let granted = xml("\(host.fixture.directory)/images/golden.img")
            let shown = try [granted, xml("/etc/shadow")].map { try host.gate.shown(volumeXML: $0) }
            #expect(shown == [granted, "<volume><name>n</name></volume>\n"])
        }
    }

    @Test func newVolumesAreWrittenAnew() throws {
        try withHost { host in
            #expect(
                try host.virsh("vol-create-as", "default", "n", "1M", "--format", "qcow2") == "")
            let create = ["vol-create-as", "default", "m", "1M", "--format"]
            for words in [
                ["vmdk"],
                ["qcow2", "--backing-vol", "busy.img", "--backing-vol-format", "raw"],
                ["qcow2", "--backing-vol", "free.img"],
            ] {
                let reply = try host.virsh(words: create + words)
                #expect(reply.hasPrefix("error: denied: "))
            }
            #expect(try host.virsh("vol-clone", "free.img", "c", "--pool", "default") == "")
        }
    }

    // MARK: Limits

    @Test func storedBytesAreCounted() throws {
        try withHost(maxUpload: 1000) { host in
            let text =
                "401 bytes are more than this session may still store: 400 of 1000 (max-upload)"
            #expect(denial { try host.gate.willStore(bytes: 600) } == nil)
            #expect(denial { try host.gate.willStore(bytes: 401) } == text)
            let create =
                #"{"cmd": "create-volume", "pool": "default", "name": "n", "format": "raw", "#
            let reply = try host.fixture.reply(to: create + #""size": 401}"#)
            #expect(reply["reply"] == .string("denied: \(text)"))
            let tooLarge = try host.virsh("vol-create-as", "default", "n", "401")
            #expect(tooLarge.hasPrefix("error: denied: "))
            let allocated = try host.virsh(
                "vol-create-as", "default", "n", "1", "--allocation", "300")
            #expect(allocated == "")
            #expect(denial { try host.gate.willStore(bytes: 101) } != nil)
            #expect(denial { try host.gate.willStore(bytes: 100) } == nil)
            #expect(denial { try host.gate.willStore(bytes: .max) } != nil)
        }
    }

    /// The file of an image may be small, and the disk that it describes large.
    @Test func virtualSizesAreCounted() throws {
        func empty(_ size: UInt64) -> ImageBytes {
            var image = [UInt8](repeating: 0, count: 1 << 16)
            image.replaceSubrange(0..<8, with: [0x51, 0x46, 0x49, 0xFB, 0, 0, 0, 3])
            image[23] = 16
            for index in 0..<8 { image[24 + index] = UInt8(size >> (8 * (7 - index)) & 0xFF) }
            image[103] = 104
            return ImageBytes(image)
        }
        try withHost(maxUpload: 1 << 20) { host in
            let large = denial {
                try host.gate.willOverlay(empty(8 << 40), onto: volume("free.img"))
            }
            #expect(large?.contains("max-upload") == true)
            #expect(
                denial { try host.gate.willOverlay(empty(1 << 19), onto: volume("free.img")) }
                    == nil)
        }
    }

    @Test func firmwareVariables() throws {
        try withHost { host in
            let own = "/var/lib/libvirt/qemu/nvram/mine-1_VARS.fd"
            #expect(host.gate.mayRemove(nvram: own, ofDomain: "mine-1"))
            #expect(!host.gate.mayRemove(nvram: own, ofDomain: "mine-2"))
            #expect(!host.gate.mayRemove(nvram: "/srv/vars.fd", ofDomain: "mine-1"))
        }
    }

    /// Whoever waits for a section gets an answer, and a long effect on one volume leaves the
    /// others free.
    @Test func waitingForOtherSessionsHasALimit() throws {
        try withHost { host in
            let path = host.fixture.state.effectsLock
            let gate = try #require(host.gate as? SessionGate)
            gate.patience = .milliseconds(20)
            let other = HostLock(path)
            try #require(try other.enter(within: .zero))
            let busy = "other sessions have been changing domains and volumes of this host for 0 s"
            let denied = try host.fixture.reply(
                to: #"{"cmd": "virsh", "args": ["vol-delete", "free.img", "default"], "id": 1}"#)
            let (text, error) = (denied["reply"]?.text ?? "", denied["error"]?.text ?? "")
            #expect(text.contains("error: \(busy)"), "\(text)")
            #expect(error.contains(#""kind": "busy""#), "\(error)")
            #expect(throws: Busy.self) { try gate.enterSection() }
            #expect(!gate.effects.isHeld)
            other.leave()
            try gate.enterSection()
            gate.leaveSection()
        }
    }

    @Test func aLongEffectKeepsItsVolumesOnly() throws {
        try withHost { host in
            let second = try SessionGate(
                #require(host.gate as? SessionGate).policy, host.fixture.session.host,
                host.fixture.session.reservations, StoredBytes())
            let other = try #require(second)
            try host.gate.exclusively {
                try host.gate.willRead(volume("free.img"))
                try host.gate.willWrite(volume("new.img"))
            } thenSlowly: {
                #expect(throws: Busy.self) { try other.willWrite(volume("free.img")) }
                #expect(throws: Busy.self) { try other.willRead(volume("new.img")) }
                #expect(throws: Busy.self) {
                    try other.examining("x") { try other.willWrite(volume("new.img")) }
                }
                #expect(denial { try other.willRead(volume("free.img")) } == nil)
                #expect(denial { try other.willWrite(volume("mine.img")) } == nil)
                let reply = try host.virsh("vol-delete", "mine.img", "default")
                #expect(reply == "")
            }
            #expect(denial { try other.willWrite(volume("free.img")) } == nil)
            #expect(denial { try other.willWrite(volume("new.img")) } == nil)
        }
    }

    @Test func sectionHoldsTheLock() throws {
        try withHost { host in
            let path = host.fixture.state.effectsLock
            func isFree() throws -> Bool {
                let file = try FileDescriptor.reading(path)
                return file.withNumber { flock($0, LOCK_EX | LOCK_NB) } == 0
            }
            try host.gate.enterSection()
            try host.gate.enterSection()
            #expect(try !isFree())
            host.gate.leaveSection()
            #expect(try !isFree())
            host.gate.leaveSection()
            #expect(try isFree())
        }
    }
}
