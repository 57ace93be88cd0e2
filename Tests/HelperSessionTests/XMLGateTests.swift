import Confinement
import Glibc
import Libvirt
import Policy
import Protocol
import System
import TestSupport
import Testing
import Text
import XML

@testable import HelperSession

/// Gate 4 for XML and for the disks that it names.
struct XMLGateTests {
    static let mac = "52:54:00:00:00:0b"
    static let disk = """
        <disk type='volume' device='disk'><driver name='qemu' type='raw'/>
        <source pool='images' volume='mine.img'/><target dev='vda' bus='virtio'/></disk>
        """

    /// Runs `body` with a session that may do much with the domains `mine-...`; `other` is hidden.
    /// The volumes are `files`, and `other` uses `busy.img`.
    private func withRole(
        files: [String: [UInt8]] = [:], mine devices: String = "", metadata: String = "",
        role: Role? = nil, _ body: (SessionFixture, SessionGate) throws -> Void
    ) throws {
        try inTemporaryDirectory { directory in
            let volumes = ["mine.img", "busy.img"] + files.keys.sorted()
            for name in volumes { try write(files[name] ?? [1, 2, 3], to: "\(directory)/\(name)") }
            let used = Self.disk.replacing("mine.img", with: "busy.img")
            let fixture = try SessionFixture(
                in: directory,
                domains: [
                    .init("mine-1", "<devices>\(Self.disk)\(devices)</devices>\(metadata)"),
                    .init(
                        "other",
                        """
                        <devices>\(used)<interface type='network'><mac address='\(Self.mac)'/>
                        <source network='lab'/></interface></devices>
                        """),
                ],
                pools: [.init("images", path: directory, volumes: volumes)],
                policy: Policy(role: try role ?? Self.builder(), identity: "ci"))
            let gate = try #require(fixture.session.gate as? SessionGate)
            try body(fixture, gate)
        }
    }

    private static func builder() throws -> Role {
        var role = Role(name: "builder")
        role.commands = ["virsh"]
        role.virsh.entries = [(false, .all)]
        role.domains = try NamePattern("mine-.*")
        role.pools = ["images": .readWrite]
        role.networks = ["lab"]
        role.reservation = .no
        return role
    }

    private func denial(_ body: () throws -> Void) -> String? {
        do { try body() } catch { return (error as? Denial)?.reason ?? "\(type(of: error))" }
        return nil
    }

    private func mine(_ fixture: SessionFixture) throws -> Domain {
        try fixture.session.host.open().domain(name: "mine-1")
    }

    // MARK: Devices

    private func interface(_ mac: String, _ more: String = "") -> String {
        "<interface type='network'><mac address='\(mac)'/><source network='lab'/>"
            + "\(more)</interface>"
    }

    @Test func anAddressBelongsToOneDomain() throws {
        let own = interface("52:54:00:00:00:0a")
        try withRole(mine: own) { fixture, gate in
            let domain = try mine(fixture)
            #expect(
                denial { _ = try gate.judged(device: interface(Self.mac), to: .attach, domain) }
                    == "XML: MAC address '\(Self.mac)' is not free")
            for free in ["52:54:00:00:00:0a", "52:54:00:00:00:0c"] {
                let judged = try gate.judged(device: interface(free), to: .attach, domain)
                #expect(judged.text.contains(free))
            }
        }
    }

    /// Whatever the client calls the device.
    @Test func aFilterIsNotRemoved() throws {
        let (filtered, plain) = ("52:54:00:00:00:0a", "52:54:00:00:00:0c")
        let filter = "<filterref filter='clean-traffic'/>"
        try withRole(mine: interface(filtered, filter) + interface(plain)) { fixture, gate in
            let domain = try mine(fixture)
            for change in [DeviceChange.update, .detach] {
                let denial = denial {
                    _ = try gate.judged(device: interface(filtered), to: change, domain)
                }
                #expect(denial?.hasPrefix("the present device has what this role") == true)
                _ = try gate.judged(device: interface(plain), to: change, domain)
            }
            // libvirt then finds it by its other details.
            let vague = "<interface type='network'><source network='lab'/></interface>"
            #expect(denial { _ = try gate.judged(device: vague, to: .detach, domain) } != nil)
            let present = interface(filtered, filter)
            #expect(denial { _ = try gate.judged(presentDevice: present, of: domain) } != nil)
        }
    }

    @Test func aPathOfAGrantedVolumeBecomesTheVolume() throws {
        try withRole(files: ["new.img": [7]]) { fixture, _ in
            func attach(_ path: String) throws -> String {
                try fixture.reply(
                    to: "{\"cmd\": \"virsh\", \"args\": [\"attach-disk\", \"mine-1\", "
                        + "\"\(path)\", \"vdb\", \"--targetbus\", \"virtio\", \"--config\"]}"
                ).text
            }
            let directory = fixture.directory
            for path in ["/etc/passwd", "\(directory)/../x", "\(directory)/busy.img"] {
                let reply = try attach(path)
                #expect(reply.contains("error: denied: "), "\(reply)")
            }
            // The test driver cannot do more.
            let reply = try attach("\(directory)/new.img")
            #expect(reply.contains("not supported by the connection driver"), "\(reply)")
        }
    }

    // MARK: Disks

    private func reference(
        _ volume: String, _ format: DiskFormat = .raw, isReadOnly: Bool = false
    ) -> VolumeReference {
        VolumeReference(pool: "images", volume: volume, format: format, isReadOnly: isReadOnly)
    }

    @Test func aDiskOfAHiddenDomainIsNotShared() throws {
        try withRole(files: ["free.img": [9]]) { _, gate in
            let check = try DiskCheck(gate, of: nil)
            #expect(try check.isGranted(reference("free.img")))
            #expect(try !check.isGranted(reference("busy.img")))
            #expect(try !check.isGranted(reference("busy.img", isReadOnly: true)))
            #expect(try !check.isGranted(reference("absent.img")))
            #expect(try !check.isGranted(reference("../free.img")))
        }
    }

    @Test func oneVolumeHasOneFormat() throws {
        try withRole(files: ["free.img": qcow2()]) { fixture, gate in
            let check = try DiskCheck(gate, of: nil)
            #expect(try check.isGranted(reference("free.img", .qcow2)))
            #expect(try !check.isGranted(reference("free.img", .raw)))
            // A running domain would go on to use it as raw.
            let own = try DiskCheck(gate, of: mine(fixture).uuid())
            #expect(try own.isGranted(reference("mine.img")))
            #expect(try !own.isGranted(reference("mine.img", .qcow2)))
        }
    }

    @Test func contentThatLeadsElsewhereIsNoDisk() throws {
        let files = ["evil.img": qcow2(backing: "/etc/shadow"), "plain.img": qcow2()]
        try withRole(files: files) { _, gate in
            let check = try DiskCheck(gate, of: nil)
            #expect(
                denial { _ = try check.isGranted(reference("evil.img", .qcow2)) }
                    == "volume 'evil.img' is a qcow2 image whose backing file is not granted")
            #expect(try check.isGranted(reference("plain.img", .qcow2)))
            // raw may hold anything.
            #expect(try DiskCheck(gate, of: nil).isGranted(reference("evil.img")))
        }
    }

    @Test func aBackingFileIsAGrantedVolume() throws {
        try inTemporaryDirectory { elsewhere in
            try withRole(files: ["base.img": [1], "evil.img": qcow2(backing: "/etc/shadow")]) {
                fixture, gate in
                let check = try DiskCheck(gate, of: nil)
                let directory = fixture.directory
                #expect(try check.isBackingGranted("\(directory)/base.img", .raw))
                for path in [
                    "\(directory)/busy.img", "\(directory)/./base.img", "\(elsewhere)/base.img",
                    "base.img", "\(directory)/absent.img",
                ] {
                    #expect(try !check.isBackingGranted(path, .raw), "\(path)")
                }
                #expect(
                    denial { _ = try check.isBackingGranted("\(directory)/evil.img", .qcow2) }
                        != nil)
            }
        }
    }

    /// Writing as a guest is writing, except for a disk that the domain has.
    @Test func volumesLimitsDisksThatAreWritten() throws {
        var role = try Self.builder()
        role.volumes = try NamePattern("tmp-.*")
        try withRole(files: ["free.img": [1]], role: role) { fixture, gate in
            let check = try DiskCheck(gate, of: mine(fixture).uuid())
            #expect(try !check.isGranted(reference("free.img")))
            #expect(try check.isGranted(reference("free.img", isReadOnly: true)))
            #expect(try check.isGranted(reference("mine.img")))
        }
    }

    @Test func contentIsJudgedAgainAtTheStart() throws {
        let second = Self.disk.replacing("mine.img", with: "second.img")
            .replacing("vda", with: "vdb").replacing("'raw'", with: "'qcow2'")
        try withRole(files: ["second.img": qcow2()], mine: second) { fixture, gate in
            try gate.willStart(mine(fixture))
            try write(qcow2(backing: "/etc/shadow"), to: "\(fixture.directory)/second.img")
            #expect(
                denial { try gate.willStart(mine(fixture)) }
                    == "volume 'second.img' is a qcow2 image whose backing file is not granted")
        }
    }

    /// What is in no granted pool is an administrator's.
    @Test func aDomainStartsWithoutGrantedPools() throws {
        var role = try Self.builder()
        role.pools = [:]
        try withRole(role: role) { fixture, gate in
            try gate.willStart(mine(fixture))
        }
    }

    /// Its content is judged nevertheless, and may refer to other files outside.
    @Test func aDiskOutsideOfGrantedPoolsIsJudgedAtTheStart() throws {
        var role = try Self.builder()
        role.pools = [:]
        let second = Self.disk.replacing("mine.img", with: "second.img")
            .replacing("vda", with: "vdb").replacing("'raw'", with: "'qcow2'")
        try withRole(files: ["second.img": qcow2()], mine: second, role: role) { fixture, gate in
            let image = "\(fixture.directory)/second.img"
            try write(qcow2(backing: "\(fixture.directory)/busy.img"), to: image)
            try gate.willStart(mine(fixture))
            var dataFile = qcow2()
            dataFile[79] = 4
            try write(dataFile, to: image)
            #expect(
                denial { try gate.willStart(mine(fixture)) }
                    == "disk 'vdb' is a qcow2 image with an external data file")
            try write([1, 2, 3], to: image)
            #expect(
                denial { try gate.willStart(mine(fixture)) }
                    == "disk 'vdb' is not in the format qcow2")
        }
        try withRole(mine: second.replacing("qcow2", with: "vmdk"), role: role) { fixture, gate in
            #expect(
                denial { try gate.willStart(mine(fixture)) }
                    == "disk 'vdb' has the format 'vmdk', but must be raw or qcow2")
        }
    }

    /// Otherwise a client of this role could give it a header that names any file.
    @Test func aBackingFileOfAnUngrantedDiskInAGrantedPoolIsJudged() throws {
        try inTemporaryDirectory { elsewhere in
            let image = "\(elsewhere)/top.img"
            let second = """
                <disk type='file' device='disk'><driver name='qemu' type='qcow2'/>
                <source file='\(image)'/><target dev='vdb' bus='virtio'/></disk>
                """
            try withRole(files: ["base.img": [1]], mine: second) { fixture, gate in
                try write(qcow2(backing: "\(fixture.directory)/base.img"), to: image)
                try gate.willStart(mine(fixture))
                try write(qcow2(backing: "\(fixture.directory)/busy.img"), to: image)
                #expect(
                    denial { try gate.willStart(mine(fixture)) }
                        == "disk 'vdb' is a qcow2 image whose backing file is not granted")
            }
        }
    }

    /// Its guest can replace the content after it was judged.
    @Test func volumesOfASharedDirectoryAreNoDisks() throws {
        for (more, isGranted) in [("", false), ("<readonly/>", true)] {
            try inTemporaryDirectory { directory in
                try Directory.make("\(directory)/shared")
                try write([1], to: "\(directory)/shared/free.img")
                let fixture = try SessionFixture(
                    in: directory,
                    domains: [
                        .init(
                            "mine-1",
                            """
                            <devices><filesystem type='mount'><source dir='\(directory)'/>
                            <target dir='/'/>\(more)</filesystem></devices>
                            """)
                    ],
                    pools: [.init("images", path: "\(directory)/shared", volumes: ["free.img"])],
                    policy: Policy(role: try Self.builder(), identity: "ci"))
                let gate = try #require(fixture.session.gate as? SessionGate)
                #expect(
                    try DiskCheck(gate, of: nil).isGranted(reference("free.img")) == isGranted)
                let volume = VolumeName(pool: "images", name: "free.img")
                #expect((denial { try gate.willReshape(volume) } == nil) == isGranted)
            }
        }
    }

    // MARK: Definitions

    @Test(arguments: [
        ("<name>other</name>", "name 'other' is not granted, or another domain has it"),
        ("<name>mine-1</name>", "name 'mine-1' is not granted, or another domain has it"),
        ("<name>mine-2</name><memory unit='GiB'>5</memory>", "'domain/memory' is 5368709120 bytes"),
    ])
    func aDefinitionIsJudged(contents: String, reason: String) throws {
        let memory = contents.contains("memory") ? "" : "<memory>4096</memory>"
        let xml = "<domain type='kvm'>\(contents)\(memory)<os><type>hvm</type></os></domain>"
        try withRole { _, gate in
            let denial = denial { _ = try gate.judged(domain: xml) }
            #expect(denial?.contains(reason) == true, "\(denial ?? "")")
        }
    }

    @Test func aUUIDBelongsToOneObject() throws {
        try withRole { fixture, gate in
            let host = try gate.hostObjects
            let taken = try host.domain(name: "other").uuid()
            let xml = """
                <domain type='kvm'><name>mine-2</name><uuid>\(taken)</uuid><memory>4096</memory>
                <os><type>hvm</type></os></domain>
                """
            let denial = denial { _ = try gate.judged(domain: xml) }
            #expect(denial == "XML: uuid '\(taken)' is not that of domain 'mine-2', and not free")
        }
    }

    @Test func aNewVolumeNeedsAPoolThatMayBeWritten() throws {
        let xml = "<volume><name>new.img</name><capacity>1</capacity></volume>"
        var role = try Self.builder()
        role.pools = ["images": .read]
        try withRole(role: role) { _, gate in
            #expect(
                denial { _ = try gate.judged(volume: xml, in: "images") }
                    == "creating a volume in pool 'images' is not granted")
        }
        try withRole { _, gate in
            let taken = xml.replacing("new.img", with: "busy.img")
            #expect(
                denial { _ = try gate.judged(volume: taken, in: "images") }
                    == "XML: volume 'busy.img' is not granted as a new volume, or exists")
        }
    }

    // MARK: Snapshots

    @Test func aSnapshotNamesAllDisks() throws {
        let drive = """
            <disk type='file' device='cdrom'><target dev='sda' bus='sata'/><readonly/></disk>
            """
        try withRole(mine: drive) { fixture, gate in
            let xml = "<domainsnapshot><name>s</name></domainsnapshot>"
            let judged = try Document(
                parsing: gate.judged(snapshot: xml, of: mine(fixture)).text)
            let disks = try judged.nodes("/domainsnapshot/disks/disk").map {
                "\($0["name"] ?? "") \($0["snapshot"] ?? "")"
            }
            #expect(disks.sorted() == ["sda no", "vda internal"])
        }
    }

    @Test func aSnapshotIsDeletedOnlyOfAReservedDomain() throws {
        var role = try Self.builder()
        role.reservation = .session
        try withRole(role: role) { fixture, gate in
            let domain = try mine(fixture)
            let snapshot = try domain.createSnapshot(xml: .own("<domainsnapshot/>"))
            let delete = { try gate.willDelete(snapshot, of: domain, withChildren: false) }
            #expect(denial(delete) == "this session has not reserved domain 'mine-1'")
            #expect(try fixture.session.reservations.reserve("mine-1"))
            try delete()
        }
    }

    // MARK: Single values

    @Test func onlyReactionsWithinTheGuestAreSet() throws {
        let crash = "<on_crash>coredump-destroy</on_crash>"
        try withRole(metadata: crash) { fixture, gate in
            let domain = try mine(fixture)
            try gate.willSet(.restart, for: .reboot, of: domain)
            for action in [
                Domain.LifecycleAction.coredumpDestroy, .coredumpRestart, .renameRestart,
            ] {
                #expect(denial { try gate.willSet(action, for: .reboot, of: domain) } != nil)
            }
            // An administrator's.
            #expect(denial { try gate.willSet(.destroy, for: .crash, of: domain) } != nil)
        }
    }

    @Test func metadataIsThatOfLibosinfo() throws {
        let namespace = "http://libosinfo.org/xmlns/libvirt/domain/1.0"
        try withRole { _, gate in
            let xml = "<libosinfo><os id='a&amp;b'/></libosinfo>"
            #expect(try gate.judged(metadata: xml, namespace: namespace) == xml)
            #expect(try gate.judged(metadata: nil, namespace: namespace) == nil)
            for other in [nil, xml] {
                #expect(
                    denial { _ = try gate.judged(metadata: other, namespace: "urn:x") }
                        == "XML: metadata of the namespace 'urn:x' is not allowed")
            }
            for xml in [
                "<a/>", "<libosinfo x='y'/>", "<libosinfo><os id='a'><b/></os></libosinfo>",
                "<libosinfo><os path='a'/></libosinfo>", "<libosinfo>text</libosinfo>", "",
                "<!DOCTYPE a><libosinfo/>",
            ] {
                #expect(
                    denial { _ = try gate.judged(metadata: xml, namespace: namespace) } != nil,
                    "\(xml)")
            }
            #expect(denial { try gate.willDescribe("a\u{1B}[2J") } != nil)
            try gate.willDescribe("Täglich um acht")
        }
    }
}

private func write(_ bytes: [UInt8], to path: String) throws {
    try FileDescriptor.open(path, O_WRONLY | O_CREAT | O_TRUNC, mode: 0o644).write(bytes)
}

/// An image without clusters, perhaps with a backing file in the format raw.
private func qcow2(backing: String? = nil) -> [UInt8] {
    func number(_ value: Int, _ size: Int) -> [UInt8] {
        (0..<size).reversed().map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
    }
    let path = Array((backing ?? "").utf8)
    let format = number(0xE279_2ACA, 4) + number(3, 4) + Array("raw".utf8) + [0, 0, 0, 0, 0]
    let extensions = (backing == nil ? [] : format) + number(0, 8)
    let offset = backing == nil ? 0 : 104 + extensions.count
    var image = [0x51, 0x46, 0x49, 0xFB] + number(3, 4) + number(offset, 8)
    image += number(path.count, 4) + number(16, 4) + number(1 << 20, 8) + number(0, 4)
    // L1 table, reference counts, snapshots.
    image += number(1, 4) + number(3 << 16, 8) + number(1 << 16, 8) + number(1, 4)
    image += number(0, 4) + number(0, 8)
    // Features; the order of reference counts; the length of the header.
    image += number(0, 24) + number(4, 4) + number(104, 4)
    image += extensions + path
    return image + [UInt8](repeating: 0, count: (4 << 16) - image.count)
}
