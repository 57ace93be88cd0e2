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
                pools: [.init("pool", path: path, volumes: ["a", "b"])])
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

    @Test func passUndoesAllThatEndedSessionsHaveBegun() throws {
        try withFixture { fixture in
            try write("", to: "\(fixture.directory)/.new")
            try fixture.leave(
                .temporaryName(TemporaryName(".new", in: Directory(fixture.directory))))
            try fixture.leave(.volume(fixture.volume("a", .uniqueName)))
            try fixture.leave(.guest(fixture.guest("runs", .requested)))
            let live = try fixture.journal.write(
                .volume(fixture.volume("b", .uniqueName)), durably: false)
            let result = try CleanUp(fixture.state).pass()
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
            let second = try CleanUp(fixture.state).pass()
            #expect(second.undone.isEmpty && second.failed.isEmpty)
        }
    }

    @Test func olderStepsWaitForTheNewerOne() throws {
        try withFixture { fixture in
            try write("", to: "\(fixture.directory)/.new")
            try fixture.leave(
                .temporaryName(TemporaryName(".new", in: Directory(fixture.directory))))
            // As long as the daemon is away.
            try fixture.leave(
                .guest(
                    BegunGuest(
                        uri: "test:///nonexistent/node.xml", name: "vm", uuid: "", isLocal: true,
                        .requested)))
            let cleanUp = CleanUp(fixture.state)
            for _ in 1...2 {
                let result = try cleanUp.pass()
                #expect(result.undone.isEmpty)
                #expect(result.failed.count == 2)
                #expect(result.hasUnfinished)
            }
            #expect(pathExists("\(fixture.directory)/.new"))
            // Another clean-up leaves what this one tries to undo.
            let other = try CleanUp(fixture.state).pass()
            #expect(other.failed.isEmpty && !other.hasUnfinished)
        }
    }

    @Test func reservedGuestIsLeftToItsHolder() throws {
        try withFixture { fixture in
            try fixture.leave(.guest(fixture.guest("runs", .requested)))
            let path = try #require(fixture.state.lock(of: "runs"))
            try whileOtherProcessLocks(path, in: fixture.directory) {
                let result = try CleanUp(fixture.state).pass()
                #expect(result.undone.isEmpty && result.failed.isEmpty)
            }
            #expect(try names(in: fixture.journal.path).isEmpty)
            // Free: it is stopped, and reserved only meanwhile.
            try fixture.leave(.guest(fixture.guest("runs", .requested)))
            #expect(try CleanUp(fixture.state).pass().undone == ["stopped domain 'runs'"])
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
            #expect(try CleanUp(fixture.state).pass().undone.isEmpty)
            #expect(try names(in: fixture.journal.path).isEmpty)
        }
    }

    @Test func damagedRecordIsReportedAndKept() throws {
        try withFixture { fixture in
            try fixture.leave(.volume(fixture.volume("a", .uniqueName)))
            try write("damaged\n", to: "\(fixture.journal.path)/1-damaged-1")
            let result = try CleanUp(fixture.state).pass()
            #expect(result.undone.count == 1)
            #expect(result.failed.count == 1 && result.failed[0].contains("1-damaged-1"))
            #expect(!result.hasUnfinished)
            #expect(try names(in: fixture.journal.path) == ["1-damaged-1"])
        }
    }
}
