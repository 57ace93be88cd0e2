import Confinement
import Libvirt
import Policy
import System
import TestSupport
import Testing

@testable import HelperSession

/// What may happen between a look-up, a check and their effect.
@Suite struct GateTimeTests {
    private func withRole(_ body: (SessionFixture, SessionGate) throws -> Void) throws {
        try inTemporaryDirectory { directory in
            try write("x", to: "\(directory)/mine.img")
            var role = Role(name: "tester")
            role.commands = ["virsh"]
            role.virsh.entries = [(false, .all)]
            role.domains = try NamePattern("mine-.*")
            role.pools = ["images": .readWrite]
            role.reservation = .no
            let fixture = try SessionFixture(
                in: directory,
                domains: [.init("mine-1")],
                pools: [.init("images", path: directory, volumes: ["mine.img"])],
                policy: Policy(role: role, identity: "ci"))
            try body(fixture, try #require(fixture.session.gate as? SessionGate))
        }
    }

    private func define(
        _ name: String, _ uuid: String, _ host: Connection, os: String = ""
    ) throws {
        _ = try host.defineDomain(
            .own(
                "<domain type='test'><name>\(name)</name><uuid>\(uuid)</uuid>"
                    + "<memory>8192</memory><os><type>hvm</type>\(os)</os></domain>"))
    }

    /// libvirt would change the one that has the UUID by now.
    @Test func aDomainIsTheOneThatWasLookedUp() throws {
        try withRole { fixture, gate in
            let host = try gate.hostObjects
            let domain = try host.domain(name: "mine-1")
            let uuid = try domain.uuid()
            try gate.willChange(domain)
            try domain.undefine()
            for (name, id) in [
                ("hidden", uuid), ("mine-1", "00000000-0000-0000-0000-00000000000a"),
            ] {
                try define(name, id, host)
                let error = #expect(throws: Busy.self) { try gate.willChange(domain) }
                #expect(
                    error?.message
                        == "domain 'mine-1' was renamed or replaced meanwhile; nothing was changed")
                try host.domain(name: name).undefine()
            }
            try define("mine-1", uuid, host)
            try gate.willChange(domain)
        }
    }

    /// A later domain of the old name would get the file, too.
    @Test func aDomainWithVariablesKeepsItsName() throws {
        try withRole { _, gate in
            let host = try gate.hostObjects
            try define(
                "mine-2", "00000000-0000-0000-0000-00000000000b", host,
                os: "<loader readonly='yes' type='pflash'>/code.fd</loader>"
                    + "<nvram>/nvram/mine-2_VARS.fd</nvram>")
            try gate.willRename(host.domain(name: "mine-1"), to: "mine-3")
            let denial = #expect(throws: Denial.self) {
                try gate.willRename(host.domain(name: "mine-2"), to: "mine-4")
            }
            #expect(
                denial?.reason
                    == "a domain whose firmware has a file of variables cannot be renamed")
        }
    }

    @Test func aDomainThatIsCreatedIsInUse() throws {
        try withRole { fixture, gate in
            let record = fixture.session.reservations.record
            try gate.willCreateDomain(named: "mine-9")
            #expect(!record.isInUse("mine-9"))
            let request = try Cancellation()
            // The session holds it already.
            var result = Result<Void, any Error>.success(())
            request.run { result = Result { try gate.willCreateDomain(named: "mine-9") } }
            try result.get()
            #expect(record.isInUse("mine-9"))
            #expect(record.release("mine-9", unlessInUse: true) == .inUse)
        }
    }

    @Test func aVolumeIsReadOnOnlyWhileItIsThatOne() throws {
        try withRole { fixture, gate in
            let volume = VolumeName(pool: "images", name: "mine.img")
            let path = "\(fixture.directory)/mine.img"
            let file = try FileDescriptor.reading(path)
            func goOn() throws {
                gate.nextReadCheck = .now
                try gate.willGoOnReading(volume) { try file.status() }
            }
            try goOn()
            try write("new", to: "\(fixture.directory)/new")
            try Directory(fixture.directory).rename("mine.img", to: "kept")
            try Directory(fixture.directory).rename("new", to: "mine.img")
            let error = #expect(throws: Busy.self) { try goOn() }
            #expect(
                error?.message
                    == "volume 'mine.img' in pool 'images' was renamed or replaced while it was read"
            )
            // Nobody can write to it any more.
            try removeFile("\(fixture.directory)/kept")
            try goOn()
        }
    }

    @Test func aReservedDomainsVolumeIsNotReadOn() throws {
        try inTemporaryDirectory { directory in
            try write("x", to: "\(directory)/mine.img")
            var role = Role(name: "tester")
            role.domains = try NamePattern("mine-.*")
            role.pools = ["images": .read]
            let fixture = try SessionFixture(
                in: directory,
                domains: [
                    .init(
                        "mine-1",
                        """
                        <devices><disk type='volume' device='disk'>
                        <source pool='images' volume='mine.img'/><target dev='vda'/></disk></devices>
                        """)
                ],
                pools: [.init("images", path: directory, volumes: ["mine.img"])],
                policy: Policy(role: role, identity: "ci"))
            let gate = try #require(fixture.session.gate as? SessionGate)
            let volume = VolumeName(pool: "images", name: "mine.img")
            try gate.willGoOnReading(volume) { nil }
            try fixture.state.make()
            try Directory.make(fixture.state.locks)
            try whileOtherProcessLocks(fixture.lock(of: "mine-1"), in: directory) {
                // Asked at most once a second.
                try gate.willGoOnReading(volume) { nil }
                gate.nextReadCheck = .now
                #expect(throws: Denial.self) { try gate.willGoOnReading(volume) { nil } }
            }
        }
    }

    /// Of a state that is older than the policy.
    @Test func aDiskComesBackOnlyInAPoolThatMayBeWritten() throws {
        for (access, isDenied) in [(PoolAccess.read, true), (.readWrite, false)] {
            try inTemporaryDirectory { directory in
                try write("x", to: "\(directory)/mine.img")
                var role = Role(name: "tester")
                role.domains = try NamePattern("mine-.*")
                role.pools = ["images": access]
                role.reservation = .no
                let fixture = try SessionFixture(
                    in: directory, domains: [.init("mine-1")],
                    pools: [.init("images", path: directory, volumes: ["mine.img"])],
                    policy: Policy(role: role, identity: "ci"))
                let gate = try #require(fixture.session.gate as? SessionGate)
                let domain = try gate.hostObjects.domain(name: "mine-1")
                let disk = """
                    <disk type='volume' device='disk'><source pool='images' volume='mine.img'/>
                    <target dev='vda'/>
                    """
                for (more, isDenied) in [("", isDenied), ("<readonly/>", false)] {
                    let old = "<domain><devices>\(disk)\(more)</disk></devices></domain>"
                    let check = try DiskCheck(gate, of: domain.uuid())
                    let present = try domain.xml(.inactive)
                    #expect(
                        (try? check.checkStart(old, present: present)) == nil ? isDenied : !isDenied
                    )
                }
            }
        }
    }
}
