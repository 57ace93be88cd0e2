import Confinement
import Libvirt
import Lifetime
import Policy
import System
import TestSupport
import Testing

@testable import HelperSession

/// Gate 4 for the files of guests on demand.
@Suite struct GuestDiskTests {
    /// Why the gate refuses; `nil` if it does not.
    private func denial(_ body: () throws -> Void) -> String? {
        do { try body() } catch let denial as Denial { return denial.reason } catch {
            return "\(type(of: error))"
        }
        return nil
    }

    /// It is removed with its guest, also under a domain that somebody else holds by then.
    @Test func diskOfAGuestIsNotThatOfAnotherDomain() throws {
        try inTemporaryDirectory { directory in
            var role = Role(name: "tester")
            role.domains = try NamePattern("mine-.*")
            role.pools = ["images": .readWrite]
            role.reservation = .no
            let free = VolumeReference(
                pool: "images", volume: "free.img", format: .raw, isReadOnly: false)
            try Directory.make("\(directory)/images")
            try write("x", to: "\(directory)/images/free.img")
            let fixture = try SessionFixture(
                in: directory,
                domains: ["mine-1", "mine-2"].map {
                    .init(
                        $0,
                        """
                        <devices><disk type='volume' device='disk'>
                        <source pool='images' volume='free.img'/><target dev='vda'/></disk></devices>
                        """)
                },
                pools: [.init("images", path: "\(directory)/images", volumes: ["free.img"])],
                policy: Policy(role: role, identity: "ci"))
            let gate = try #require(fixture.session.gate as? SessionGate)
            func uuid(_ name: String) throws -> String {
                try gate.hostObjects.domain(name: name).uuid()
            }
            func problems(_ domain: String) throws -> [String?] {
                let xml = try gate.hostObjects.domain(name: domain).xml(.inactive)
                let image = ImageBytes([1])
                let volume = VolumeName(pool: "images", name: "free.img")
                return [
                    denial {
                        _ = try DiskCheck(gate, of: uuid(domain), isReplacing: true)
                            .isGranted(free)
                    },
                    denial {
                        try DiskCheck(gate, of: uuid(domain)).checkStart(xml, present: xml)
                    },
                    denial { try gate.willClone(image, as: "raw", of: volume) },
                ]
            }
            #expect(try problems("mine-2") == [nil, nil, nil])
            func record(_ name: String) throws -> JournalRecord {
                let guest = BegunClone(
                    uri: "test:", name: name, uuid: try uuid("mine-1"), isLocal: true,
                    files: [try TemporaryName("free.img", in: Directory("\(directory)/images"))])
                return try Journal(fixture.state).write(.clone(guest), durably: false)
            }
            let text = "volume 'free.img' belongs to a guest on demand, and is removed with it"
            // The guest itself, if it was made persistent, and when it was renamed.
            for (name, expected) in [("mine-1", nil), ("old", text)] {
                let record = try record(name)
                #expect(try problems("mine-1") == [expected, expected, text])
                #expect(try problems("mine-2") == [text, text, text])
                record.remove()
            }
        }
    }

    /// A guest that shares its directory can replace a volume after it was judged.
    @Test func nothingIsMadeFromAVolumeOfASharedDirectory() throws {
        for (more, isGranted) in [("", false), ("<readonly/>", true)] {
            try inTemporaryDirectory { directory in
                var role = Role(name: "tester")
                role.domains = try NamePattern("mine-.*")
                role.pools = ["images": .readWrite]
                role.reservation = .no
                try Directory.make("\(directory)/images")
                try write("x", to: "\(directory)/images/free.img")
                let shared = """
                    <filesystem type='mount'><source dir='\(directory)'/><target dir='/'/>
                    \(more)</filesystem>
                    """
                let disk = """
                    <disk type='volume' device='disk'><source pool='images' volume='free.img'/>
                    <target dev='vda'/></disk>
                    """
                let fixture = try SessionFixture(
                    in: directory,
                    domains: [
                        .init("mine-1", "<devices>\(shared)</devices>"),
                        .init("template", "<devices>\(disk)</devices>"),
                    ],
                    pools: [.init("images", path: "\(directory)/images", volumes: ["free.img"])],
                    policy: Policy(role: role, identity: "ci"))
                let gate = try #require(fixture.session.gate as? SessionGate)
                let template = try gate.hostObjects.domain(name: "template")
                let problem = denial { try gate.willClone(disksOf: template) }
                #expect((problem == nil) == isGranted)
                try template.undefine()
                let volume = VolumeName(pool: "images", name: "free.img")
                let text = "volume 'free.img' in pool 'images' is in a directory that a domain "
                #expect(
                    denial { try gate.willClone(ImageBytes([1]), as: "raw", of: volume) }
                        == (isGranted ? nil : text + "shares with its guest"))
            }
        }
    }
}
