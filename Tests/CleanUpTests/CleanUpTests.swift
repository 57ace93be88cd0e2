import Libvirt
import Lifetime
import System
import TestSupport
import Testing

@testable import CleanUp

/// Undoing what ended sessions have begun, on libvirt's test driver.
@Suite struct CleanUpTests {
    private struct Fixture {
        let directory: String
        let state: StateDirectory
        let uri: String
        let connection: Connection
        var journal: Journal { Journal(state) }

        func guest(_ name: String, _ run: BegunGuest.Run) throws -> BegunGuest {
            let uuid = try connection.domain(name: name).uuid()
            return BegunGuest(uri: uri, name: name, uuid: uuid, isLocal: true, run)
        }

        func volume(_ name: String, _ identity: BegunVolume.Identity) -> BegunVolume {
            BegunVolume(uri: uri, pool: "pool", name: name, identity)
        }

        func temporary(_ name: String) throws -> TemporaryVolume {
            TemporaryVolume(
                uri: uri, pool: "pool", name: name,
                .file(
                    try VolumeFile(
                        name, in: Directory(directory),
                        #require(FileBirth("\(directory)/\(name)")))))
        }

        /// `users`: the domains that use each temporary volume.
        func cleanUp(users: [String] = []) -> CleanUp {
            CleanUp(state) { _, _ in users }
        }

        func leave(_ begun: Begun) throws { try journal.write(begun, durably: false).release() }
    }

    private let uuid = "00000000-0000-0000-0000-000000000002"

    private func withFixture(_ body: (Fixture) throws -> Void) throws {
        try inTemporaryDirectory { path in
            let host = try TestHost(
                in: path,
                domains: [
                    .init("runs", "<uuid>\(uuid)</uuid>", isRunning: true), .init("stopped"),
                ],
                pools: [
                    .init("pool", path: path, volumes: ["a", "b"]),
                    .init("group", type: "logical", path: "/dev/group"),
                ])
            let state = StateDirectory(path: "\(path)/state")
            try state.make()
            // Each connection has a host of its own, as the file describes it.
            let connection = try Connection(host.uri)
            try body(
                Fixture(directory: path, state: state, uri: host.uri, connection: connection))
        }
    }

    @Test func volumeIsRemovedOnlyIfItIsTheOneMeant() throws {
        try withFixture { fixture in
            let pool = try fixture.connection.storagePool(name: "pool")
            let key = try pool.volume(name: "a").key()
            func remove(_ name: String, _ identity: BegunVolume.Identity) throws -> Bool {
                try fixture.volume(name, identity).remove(fixture.connection)
            }
            #expect(try !remove("a", .requested(4095)))
            #expect(try !remove("a", .made(key: "/other", nil)))
            #expect(try !remove("a", .made(key: key, FileBirth(inode: 1, time: 1))))
            #expect(try !remove("none", .uniqueName))
            #expect(try pool.volumes().count == 2)
            #expect(try remove("a", .made(key: key, nil)))
            #expect(try !remove("a", .made(key: key, nil)))
            #expect(try remove("b", .requested(4096)))
            #expect(try pool.volumes().isEmpty)
            let gone = BegunVolume(uri: fixture.uri, pool: "gone", name: "a", .uniqueName)
            #expect(try !gone.remove(fixture.connection))
        }
    }

    /// LVM rounds capacities up; here libvirt is asked for the result.
    @Test func roundedVolumeIsRecognized() throws {
        try withFixture { (fixture) throws in
            let mebibyte: UInt64 = 1 << 20
            func isRemoved(_ pool: String, requested: UInt64, made: UInt64) throws -> Bool {
                let volume = try fixture.connection.storagePool(name: pool).createVolume(
                    xml: .own(
                        "<volume><name>v</name><capacity unit='bytes'>\(made)</capacity></volume>"))
                let begun = BegunVolume(
                    uri: fixture.uri, pool: pool, name: "v", .requested(requested))
                if try begun.remove(fixture.connection) { return true }
                try volume.delete()
                return false
            }
            #expect(try isRemoved("group", requested: 9 * mebibyte, made: 12 * mebibyte))
            #expect(try isRemoved("group", requested: 8 * mebibyte + 1, made: 12 * mebibyte))
            #expect(try isRemoved("group", requested: 12 * mebibyte, made: 12 * mebibyte))
            // Somebody else's: a smaller one, or one of more extents than were asked for.
            #expect(try !isRemoved("group", requested: 13 * mebibyte, made: 12 * mebibyte))
            #expect(try !isRemoved("group", requested: 8 * mebibyte, made: 12 * mebibyte))
            #expect(try !isRemoved("group", requested: 1000 * mebibyte, made: 1064 * mebibyte))
            // Files are not rounded.
            #expect(try !isRemoved("pool", requested: 9 * mebibyte, made: 12 * mebibyte))
        }
    }

    @Test func volumeIsRecognizedByItsFile() throws {
        try withFixture { fixture in
            try write("", to: "\(fixture.directory)/a")
            let pool = try fixture.connection.storagePool(name: "pool")
            let made = try fixture.volume("a", .requested(4096)).made(
                pool.volume(name: "a"), isLocal: true)
            // Someone has removed it and made another.
            try removeFile("\(fixture.directory)/a")
            pause(milliseconds: 20)
            try write("", to: "\(fixture.directory)/a")
            #expect(try !made.remove(fixture.connection))
            let again = try fixture.volume("a", .requested(4096)).made(
                pool.volume(name: "a"), isLocal: true)
            #expect(try again.remove(fixture.connection))
        }
    }

    @Test func guestIsStoppedOnlyInTheRunMeant() throws {
        try withFixture { fixture in
            let domain = try fixture.connection.domain(name: "runs")
            let id = try #require(domain.id)
            #expect(try !fixture.guest("stopped", .requested).stop(fixture.connection))
            #expect(try !fixture.guest("runs", .number(id + 1)).stop(fixture.connection))
            #expect(try domain.isActive())
            #expect(try fixture.guest("runs", .number(id)).stop(fixture.connection))
            #expect(try !domain.isActive())
            try domain.start()
            #expect(try fixture.guest("runs", .requested).stop(fixture.connection))
            let gone = BegunGuest(
                uri: fixture.uri, name: "gone", uuid: "00000000-0000-0000-0000-000000000001",
                isLocal: true, .requested)
            #expect(try !gone.stop(fixture.connection))
        }
    }

    /// It may be somebody else's: a client can define a domain with the UUID of one that is gone.
    @Test func domainThatHasOnlyTheUUIDIsLeftAlone() throws {
        try withFixture { (fixture) throws in
            func clone(_ name: String) -> BegunClone {
                BegunClone(uri: fixture.uri, name: name, uuid: uuid, isLocal: true, files: [])
            }
            let guest = BegunGuest(
                uri: fixture.uri, name: "gone", uuid: uuid, isLocal: true, .requested)
            #expect(try !clone("gone").stop(fixture.connection))
            #expect(try !guest.stop(fixture.connection))
            #expect(try fixture.connection.domain(name: "runs").isActive())
            #expect(
                try clone("runs").domain(fixture.connection)?.uuid() == uuid)
        }
    }

    @Test func reservedGuestOnDemandIsNotStopped() throws {
        try withFixture { fixture in
            let clone = BegunClone(
                uri: fixture.uri, name: "runs", uuid: uuid, isLocal: true, files: [])
            try fixture.leave(.clone(clone))
            let path = try #require(fixture.state.lock(of: "runs"))
            let cleanUp = fixture.cleanUp()
            try whileOtherProcessLocks(path, in: fixture.directory) {
                let result = try cleanUp.pass()
                #expect(
                    result.failed == [
                        "cannot undo guest 'runs': another session has reserved it"
                    ])
            }
            // The test driver cannot undefine as QEMU's does, so the attempt shows.
            let failed = try cleanUp.pass().failed
            #expect(failed.count == 1 && failed[0].contains("unsupported flags"))
        }
    }

    @Test func passUndoesAllThatEndedSessionsHaveBegun() throws {
        try withFixture { fixture in
            try write("", to: "\(fixture.directory)/.new")
            try fixture.leave(
                .temporaryName(TemporaryName(".new", in: Directory(fixture.directory))))
            try fixture.leave(.volume(fixture.volume("a", .uniqueName)))
            try fixture.leave(.guest(fixture.guest("runs", .requested)))
            let live = try fixture.journal.write(
                .volume(fixture.volume("b", .uniqueName)), durably: false)
            let result = try fixture.cleanUp().pass()
            #expect(
                result.undone == [
                    "stopped domain 'runs'", "removed temporary volume 'a' of pool 'pool'",
                    "removed temporary file '\(fixture.directory)/.new'",
                ])
            #expect(result.failed.isEmpty)
            #expect(!pathExists("\(fixture.directory)/.new"))
            #expect(try names(in: fixture.journal.path).count == 1)
            live.remove()
            // Nothing is left, so nothing is done.
            let second = try fixture.cleanUp().pass()
            #expect(second.undone.isEmpty && second.failed.isEmpty)
        }
    }

    /// A guest may use it.
    @Test func olderVolumesWaitForTheNewerSteps() throws {
        try withFixture { fixture in
            for name in [".new", "a"] { try write("", to: "\(fixture.directory)/\(name)") }
            try fixture.leave(
                .temporaryName(TemporaryName(".new", in: Directory(fixture.directory))))
            try fixture.leave(.temporaryVolume(fixture.temporary("a")))
            // As long as the daemon is away.
            try fixture.leave(
                .guest(
                    BegunGuest(
                        uri: "test:///nonexistent/node.xml", name: "vm", uuid: "", isLocal: true,
                        .requested)))
            let cleanUp = fixture.cleanUp()
            let first = try cleanUp.pass()
            #expect(first.undone == ["removed temporary file '\(fixture.directory)/.new'"])
            for result in [first, try cleanUp.pass()] {
                #expect(result.failed.count == 2)
                #expect(result.hasUnfinished)
            }
            #expect(pathExists("\(fixture.directory)/a"))
            // Another clean-up leaves what this one tries to undo.
            let other = try fixture.cleanUp().pass()
            #expect(other.failed.isEmpty && !other.hasUnfinished)
        }
    }

    /// Its memory and ports are needed.
    @Test func guestDoesNotWaitForAVolume() throws {
        try withFixture { fixture in
            try write("", to: "\(fixture.directory)/a")
            try fixture.leave(.guest(fixture.guest("runs", .any)))
            try fixture.leave(.temporaryVolume(fixture.temporary("a")))
            let path = try #require(fixture.state.lock(of: "stopped"))
            let cleanUp = fixture.cleanUp(users: ["stopped"])
            try whileOtherProcessLocks(path, in: fixture.directory) {
                let result = try cleanUp.pass()
                #expect(result.undone == ["stopped domain 'runs'"])
                #expect(result.failed.count == 1)
            }
        }
    }

    @Test func reservedGuestIsLeftToItsHolder() throws {
        try withFixture { fixture in
            try fixture.leave(.guest(fixture.guest("runs", .requested)))
            let path = try #require(fixture.state.lock(of: "runs"))
            try whileOtherProcessLocks(path, in: fixture.directory) {
                let result = try fixture.cleanUp().pass()
                #expect(result.undone.isEmpty && result.failed.isEmpty)
            }
            #expect(try names(in: fixture.journal.path).isEmpty)
            // Free: it is stopped, and reserved only meanwhile.
            try fixture.leave(.guest(fixture.guest("runs", .any)))
            #expect(try fixture.cleanUp().pass().undone == ["stopped domain 'runs'"])
            #expect(try RecordLock.holder(path) == nil)
        }
    }

    @Test func guestOfAnotherBootIsOver() throws {
        try withFixture { fixture in
            let guest = try fixture.guest("runs", .requested)
            try fixture.leave(.guest(guest))
            let name = try #require(try names(in: fixture.journal.path).first)
            let path = "\(fixture.journal.path)/\(name)"
            let boot = try #require(ProcessInformation.boot)
            let record = try text(of: path)
            try write(record.replacing(boot, with: "another"), to: path)
            #expect(try fixture.cleanUp().pass().undone.isEmpty)
            #expect(try names(in: fixture.journal.path).isEmpty)
        }
    }

    @Test func temporaryVolumeIsRecognized() throws {
        try withFixture { fixture in
            let path = "\(fixture.directory)/a"
            let pool = try fixture.connection.storagePool(name: "pool")
            func remove(_ volume: TemporaryVolume) throws -> Bool {
                try volume.remove(fixture.connection) { nil }
            }
            try write("", to: path)
            let file = try fixture.temporary("a")
            // Someone has removed it and made another.
            try removeFile(path)
            pause(milliseconds: 20)
            try write("", to: path)
            #expect(try file.isGone)
            #expect(try !remove(file))
            #expect(try pool.volumes().count == 2)
            #expect(try remove(fixture.temporary("a")))
            #expect(!pathExists(path))
            // The driver lists it no more.
            #expect(try pool.volumes().count == 1)
            let key = try pool.volume(name: "b").key()
            func keyed(_ key: String, pool: String = "pool") -> TemporaryVolume {
                TemporaryVolume(uri: fixture.uri, pool: pool, name: "b", .key(key))
            }
            #expect(try !remove(keyed("other")))
            #expect(try !remove(keyed(key, pool: "gone")))
            try pool.destroy()
            // It may come back.
            #expect(throws: LibvirtError.self) { try remove(keyed(key)) }
            try pool.start()
            #expect(try remove(keyed(key)))
            #expect(try pool.volumes().isEmpty)
        }
    }

    @Test func temporaryVolumeOfAPoolThatIsNotActiveIsRemoved() throws {
        try withFixture { fixture in
            try write("", to: "\(fixture.directory)/a")
            try fixture.connection.storagePool(name: "pool").destroy()
            #expect(try fixture.temporary("a").remove(fixture.connection) { nil })
            #expect(!pathExists("\(fixture.directory)/a"))
        }
    }

    @Test func temporaryVolumeStaysWhileItsDirectoryIsNotMounted() throws {
        try withFixture { fixture in
            let (place, elsewhere) = ("\(fixture.directory)/images", "\(fixture.directory)/away")
            try Directory.make(place)
            try write("", to: "\(place)/v")
            let volume = TemporaryVolume(
                uri: fixture.uri, pool: "pool", name: "v",
                .file(try VolumeFile("v", in: Directory(place), #require(FileBirth("\(place)/v")))))
            try fixture.leave(.temporaryVolume(volume))
            try Directory(fixture.directory).rename("images", to: "away")
            try Directory.make(place)
            let cleanUp = fixture.cleanUp()
            let result = try cleanUp.pass()
            #expect(result.undone.isEmpty && result.hasUnfinished)
            Directory.removeTree(place)
            try Directory(fixture.directory).rename("away", to: "images")
            #expect(!pathExists(elsewhere))
            #expect(try cleanUp.pass().undone == ["removed temporary volume 'v' of pool 'pool'"])
        }
    }

    @Test func temporaryVolumeOfAReservedGuestStays() throws {
        try withFixture { fixture in
            try write("", to: "\(fixture.directory)/a")
            try fixture.leave(.temporaryVolume(fixture.temporary("a")))
            let path = try #require(fixture.state.lock(of: "runs"))
            let cleanUp = fixture.cleanUp(users: ["stopped", "runs"])
            try whileOtherProcessLocks(path, in: fixture.directory) {
                let result = try cleanUp.pass()
                #expect(
                    result.failed == [
                        "cannot undo temporary volume 'a' of pool 'pool': it is in use by domain "
                            + "'runs', which another session has reserved"
                    ])
                #expect(result.hasUnfinished)
                #expect(pathExists("\(fixture.directory)/a"))
            }
            #expect(try cleanUp.pass().undone == ["removed temporary volume 'a' of pool 'pool'"])
            #expect(!pathExists("\(fixture.directory)/a"))
            #expect(try names(in: fixture.journal.path).isEmpty)
        }
    }

    @Test func damagedRecordIsReportedAndKept() throws {
        try withFixture { fixture in
            try fixture.leave(.volume(fixture.volume("a", .uniqueName)))
            try write("damaged\n", to: "\(fixture.journal.path)/1-damaged-1")
            let result = try fixture.cleanUp().pass()
            #expect(result.undone.count == 1)
            #expect(result.failed.count == 1 && result.failed[0].contains("1-damaged-1"))
            #expect(!result.hasUnfinished)
            #expect(try names(in: fixture.journal.path) == ["1-damaged-1"])
        }
    }
}
