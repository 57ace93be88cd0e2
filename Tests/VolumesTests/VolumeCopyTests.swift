import Glibc
import Libvirt
import Protocol
import System
import TestSupport
import Testing
import Wire

@testable import Volumes

@Suite struct VolumeCopyTests {
    private func copy(
        _ fixture: PoolFixture, _ from: String, to name: String, move: Bool = false
    ) throws {
        var progress = Progress(nil)
        try fixture.open().copy(
            fileName(from), to: CopyTarget(volume: fileName(name)), move: move,
            fixture.overwriting(), progress: &progress)
    }

    @Test func copyHasBytesAndHolesOfSource() throws {
        try withPool(volumes: ["from"]) { fixture in
            let source = try FileDescriptor.creating("\(fixture.path)/from")
            try source.write(Array("data".utf8))
            try source.setSize(32 << 20)
            try copy(fixture, "from", to: "to")
            #expect(try fixture.names() == ["from", "to"])
            let status = try fixture.status("to")
            #expect(status.size == 32 << 20 && status.allocatedSize < 1 << 20)
            let copy = try FileDescriptor.reading("\(fixture.path)/to")
            #expect(try copy.bytes(at: 0, atMost: 5) == Array("data\0".utf8))
        }
    }

    @Test func copyOfNewVolumeHasModeOfSource() throws {
        try withPool(volumes: ["from"]) { fixture in
            try fixture.put("new", "from")
            try #require(chmod("\(fixture.path)/from", 0o640) == 0)
            try copy(fixture, "from", to: "to")
            #expect(try fixture.status("to").mode == 0o640)
        }
    }

    /// So that QEMU can open it as before.
    @Test func replacementKeepsModeOfTarget() throws {
        try withPool(volumes: ["from"]) { fixture in
            try fixture.put("new", "from")
            try fixture.put("old", "to")
            try #require(chmod("\(fixture.path)/from", 0o600) == 0)
            try #require(chmod("\(fixture.path)/to", 0o664) == 0)
            let reader = try FileDescriptor.reading("\(fixture.path)/to")
            try copy(fixture, "from", to: "to")
            #expect(try fixture.content("to") == "new")
            #expect(try fixture.status("to").mode == 0o664)
            #expect(try reader.contents(limit: 9) == Array("old".utf8))
        }
    }

    @Test func moveRenames() throws {
        try withPool(volumes: ["from"]) { fixture in
            try fixture.put("new", "from")
            try fixture.put("old", "to")
            let identity = try fixture.status("from").identity
            try copy(fixture, "from", to: "to", move: true)
            #expect(try fixture.names() == ["to"])
            #expect(try fixture.status("to").identity == identity)
        }
    }

    @Test func missingSourceChangesNothing() throws {
        try withPool(volumes: ["gone"]) { fixture in
            try fixture.put("old", "to")
            for (name, kind) in [
                ("none", RequestError.Kind.notFound), ("gone", .badRequest),
            ] {
                #expect(errorKind { try copy(fixture, name, to: "to") } == kind)
                #expect(try fixture.content("to") == "old")
                #expect(try fixture.names() == ["to"])
            }
        }
    }

    @Test func targetThatIsNoFileIsRefused() throws {
        try withPool(volumes: ["from"]) { fixture in
            try fixture.put("new", "from")
            try Directory.make("\(fixture.path)/directory")
            try write("secret", to: "\(fixture.path)/../secret")
            try #require(symlink("../secret", "\(fixture.path)/link") == 0)
            for name in ["directory", "link"] {
                #expect(errorKind { try copy(fixture, "from", to: name) } == .badRequest)
            }
            #expect(try text(of: "\(fixture.path)/../secret") == "secret")
        }
    }

    @Test func failureInProgressLeavesNoFile() throws {
        struct Failure: Error {}
        try withPool(volumes: ["from"]) { fixture in
            try fixture.put("new", "from")
            try fixture.put("old", "to")
            var progress = Progress { _, _ in throw Failure() }
            #expect(throws: Failure.self) {
                try fixture.open().copy(
                    fileName("from"), to: CopyTarget(volume: fileName("to")),
                    fixture.overwriting(), progress: &progress)
            }
            #expect(try fixture.content("to") == "old")
            #expect(try fixture.names() == ["from", "to"])
        }
    }

    /// As after `umount`, or a mount over the pool's directory.
    @Test func otherDirectoryAtPathOfPoolFails() throws {
        try withPool(volumes: ["from"]) { fixture in
            try fixture.put("new", "from")
            let elsewhere = "\(fixture.path)-elsewhere"
            var progress = Progress { _, _ in
                try #require(rename(fixture.path, elsewhere) == 0)
                try Directory.make(fixture.path)
            }
            do {
                try fixture.open().copy(
                    fileName("from"), to: CopyTarget(volume: fileName("to")),
                    fixture.overwriting(), progress: &progress)
                Issue.record("copied")
            } catch let error as RequestError {
                #expect(error.kind == .system)
                #expect(
                    error.message
                        == "the directory '\(fixture.path)' of pool 'pool' was unmounted, mounted "
                        + "over or replaced in the meantime")
            }
            #expect(try fixture.names() == [])
            #expect(try names(in: elsewhere) == ["from"])
        }
    }

    /// libvirt cannot list the copy, but it is there.
    @Test func stoppedPoolHasCopy() throws {
        try withPool(volumes: ["from"]) { fixture in
            try fixture.put("new", "from")
            var progress = Progress { _, _ in
                try fixture.connection.storagePool(name: "pool").destroy()
            }
            try fixture.open().copy(
                fileName("from"), to: CopyTarget(volume: fileName("to")),
                fixture.overwriting(), progress: &progress)
            #expect(try fixture.content("to") == "new")
            #expect(throws: LibvirtError.self) {
                try fixture.connection.storagePool(name: "pool").refresh()
            }
        }
    }

    // MARK: The volume of a domain

    private let disks = """
        <devices>
          <disk type='file'><source file='/x'/><target dev='vda'/></disk>
          <disk type='volume'><source pool='other' volume='x'/><target dev='vdb'/></disk>
          <disk type='volume'><source pool='pool' volume='disk'/><target dev='vdc'/></disk>
          <disk type='volume'><source pool='pool' volume='second'/><target dev='vdd'/></disk>
        </devices>
        """

    @Test func targetIsFirstVolumeOfDomainInPool() throws {
        try withPool(domains: [TestHost.Domain("vm1", disks)]) { fixture in
            let target = try CopyTarget("vm1", in: fixture.open(), fixture.connection)
            #expect(target.volume.text == "disk")
            #expect(target.nvram == nil)
        }
    }

    /// virt-install writes `--disk vol=pool/NAME` as the path of the volume.
    @Test(
        arguments: [
            ("{pool}/disk", ""), ("{pool}/../pool//disk", "device='disk'"), ("{link}/disk", ""),
        ])
    func targetMayBeNamedByPath(path: String, attributes: String) throws {
        try inTemporaryDirectory { directory in
            let pool = "\(directory)/pool"
            try #require(symlink("pool", "\(directory)/link") == 0)
            func disk(_ path: String, _ attributes: String, _ target: String) -> String {
                "<disk type='file' \(attributes)><source file='\(path)'/>"
                    + "<target dev='\(target)'/></disk>"
            }
            let file = path.replacing("{pool}", with: pool)
                .replacing("{link}", with: "\(directory)/link")
            let xml =
                "<devices>" + disk("\(pool)/disc", "device='cdrom'", "hda")
                + disk("\(directory)/disk", "", "vda") + disk("\(pool)/unknown", "", "vdb")
                + disk(file, attributes, "vdc") + disk("\(pool)/second", "", "vdd") + "</devices>"
            let fixture = try PoolFixture(
                in: directory, volumes: ["disc", "disk", "second"],
                domains: [TestHost.Domain("vm1", xml)])
            // Whether or not the file exists.
            for _ in 1...2 {
                let target = try CopyTarget("vm1", in: fixture.open(), fixture.connection)
                #expect(target.volume.text == "disk")
                try fixture.put("old", "disk")
            }
        }
    }

    @Test func domainWithoutVolumeIsNotFound() throws {
        let elsewhere = """
            <devices>
              <disk type='file'><source file='/x'/><target dev='vda'/></disk>
              <disk type='volume'><source pool='other' volume='x'/><target dev='vdb'/></disk>
            </devices>
            """
        try withPool(domains: [TestHost.Domain("vm1", elsewhere)]) { fixture in
            for (domain, message) in [
                ("vm1", "domain 'vm1' has no volume in pool 'pool'"),
                ("none", "failed getting domain 'none': "),
            ] {
                do {
                    _ = try CopyTarget(domain, in: fixture.open(), fixture.connection)
                    Issue.record("found")
                } catch let error as RequestError {
                    #expect(error.kind == .notFound)
                    #expect(error.message.hasPrefix(message))
                }
            }
        }
    }
}
