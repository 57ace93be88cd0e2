import Glibc
import System
import TestSupport
import Testing

@testable import Lifetime

/// What is written down of things that were begun.
@Suite struct JournalTests {
    private func withJournal(_ body: (Journal, _ directory: String) throws -> Void) throws {
        try inTemporaryDirectory { path in
            try body(Journal(StateDirectory(path: "\(path)/state")), path)
        }
    }

    /// A clean-up that has locked the record does nothing while the domain is reserved.
    @Test func aStopIsFoundAlsoIfACleanUpHasIt() throws {
        try withJournal { journal, path in
            let guest = BegunGuest(uri: "u", name: "vm1", uuid: "i", isLocal: true, .any)
            try journal.write(.guest(guest), durably: false).release()
            let other = Journal(StateDirectory(path: "\(path)/state"))
            // Names of the own session's records are left out.
            let directory = try Directory(journal.path)
            let name = try #require(try directory.names().first)
            try #require(rename("\(journal.path)/\(name)", "\(journal.path)/1-other-1") == 0)
            #expect(try !other.stops(of: "vm2").areAny)
            let stops = try other.stops(of: "vm1")
            #expect(stops.areAny && stops.records.count == 1)
            let meanwhile = try other.stops(of: "vm1")
            #expect(meanwhile.areAny && meanwhile.records.isEmpty)
            for record in stops.records { record.remove() }
            #expect(try !other.stops(of: "vm1").areAny)
        }
    }

    /// The next clean-up must not undo what goes from one session to another.
    @Test func aRecordStaysLockedWhileItIsHandedOver() throws {
        try withJournal { journal, directory in
            let socketName = try #require(FileName("7"))
            let listener = try LocalListener(socketName, in: directory)
            let sender = try LocalSocket(socketName, in: directory)
            let receiver = try #require(try listener.accept())
            let entry = JournalEntry(journal, isDurable: true)
            try entry.note(.volume(Self.volume))
            let lasting = LastingRollback(
                Rollback(recording: entry) { Issue.record("the first holder has undone it") })
            // The other one fails: it stays.
            #expect(try !lasting.handOver { _ throws(SystemError) in false })
            var path = ""
            let isGiven = try lasting.handOver { (record) throws(SystemError) in
                guard let record, let number = record.descriptorNumber else { return false }
                path = record.path
                try sender.send([1], passing: [number])
                return true
            }
            #expect(isGiven)
            lasting.run()
            #expect(try journal.leftovers().isEmpty)
            let file = try #require(try receiver.receive()?.files.first)
            let passed = try journal.passed(path, file)
            #expect(passed.begun == .volume(Self.volume))
            let record = try #require(journal.adopt(passed))
            #expect(record.path != path)
            #expect(try journal.leftovers().isEmpty)
            record.release()
            #expect(try journal.leftovers().map(\.begun) == [.success(.volume(Self.volume))])
        }
    }

    private static let volume = BegunVolume(
        uri: "test:///default", pool: "pool", name: "a.img", .requested(7))

    @Test(arguments: [
        Begun.temporaryName(TemporaryName(directory: "/a \"b\"", inode: .max, name: ".x\u{1}")),
        .volume(volume), .volume(BegunVolume(uri: "u", pool: "p", name: "n", .uniqueName)),
        .volume(BegunVolume(uri: "u", pool: "p", name: "n", .made(key: "/k", nil))),
        .volume(
            BegunVolume(
                uri: "u", pool: "p", name: "n", .made(key: "/k", FileBirth(inode: 3, time: -4)))),
        .temporaryVolume(TemporaryVolume(uri: "u", pool: "p", name: "n", .key("k"))),
        .temporaryVolume(
            TemporaryVolume(
                uri: "u", pool: "p", name: "n",
                .file(
                    VolumeFile(
                        directory: "/d", inode: 7, name: "f",
                        birth: FileBirth(inode: .max, time: -4))))),
        .guest(BegunGuest(uri: "u", name: "n", uuid: "i", isLocal: true, .requested)),
        .guest(BegunGuest(uri: "u", name: "n", uuid: "i", isLocal: true, .any)),
        .guest(BegunGuest(uri: "u", name: "n", uuid: "i", isLocal: false, .number(.max))),
    ])
    func recordIsReadAsWritten(_ begun: Begun) throws {
        try withJournal { journal, _ in
            try journal.write(begun, durably: true).release()
            let left = try journal.leftovers()
            #expect(left.map(\.begun) == [.success(begun)])
        }
    }

    @Test func recordIsLeftOnlyWhenItsSessionHasEnded() throws {
        try withJournal { journal, _ in
            #expect(try journal.leftovers().isEmpty)
            let first = try journal.write(.volume(Self.volume), durably: false)
            let second = try journal.write(.volume(Self.volume), durably: false)
            #expect(try journal.leftovers().isEmpty)
            #expect(try journal.unfinished().isEmpty)
            first.release()
            second.remove()
            #expect(try journal.unfinished().count == 1)
            let left = try journal.leftovers()
            #expect(left.map(\.path) == [first.path])
            // Two clean-ups do not undo the same thing.
            #expect(try journal.leftovers().isEmpty)
            left[0].record?.remove()
            #expect(try names(in: journal.path).isEmpty)
        }
    }

    @Test func newestIsUndoneFirst() throws {
        try withJournal { journal, _ in
            let records = try (1...11).map { _ in
                try journal.write(.volume(Self.volume), durably: false)
            }
            for record in records { record.release() }
            #expect(try journal.leftovers().map(\.path) == records.reversed().map(\.path))
        }
    }

    @Test func lastWholeLineCounts() throws {
        try withJournal { journal, _ in
            let record = try journal.write(.volume(Self.volume), durably: false)
            var made = Self.volume
            made.identity = .made(key: "/pool/a.img", nil)
            try record.note(.volume(made))
            record.release()
            // Killed while it added a line.
            try FileDescriptor.appending(record.path).write(Array("{\"begun\": \"vol".utf8))
            #expect(try journal.leftovers().map(\.begun) == [.success(.volume(made))])
            // Killed before the first line was whole: nothing was begun.
            try write("{\"begun\": \"vol", to: record.path)
            try write("", to: "\(journal.path)/1-x-2")
            #expect(try journal.leftovers().isEmpty)
            #expect(try names(in: journal.path).isEmpty)
        }
    }

    @Test func damagedRecordAffectsOnlyItself() throws {
        try withJournal { journal, _ in
            try journal.write(.volume(Self.volume), durably: false).release()
            for (name, text) in [
                ("1-a", "no JSON\n"), ("1-b", "{\"begun\": \"other\"}\n"), ("1-c", "[]\n\n"),
                (
                    "1-d",
                    #"{"begun": "temporary-name", "directory": "/", "inode": 2, "name": "a/b"}"#
                        + "\n"
                ),
            ] {
                try write(text, to: "\(journal.path)/\(name)")
            }
            try Directory.make("\(journal.path)/1-e")
            let made = try ChildProcess.run(["mkfifo", "\(journal.path)/1-f"])
            try #require(made.ending == .exit(0))
            let left = try journal.leftovers()
            #expect(left.filter { $0.begun == .success(.volume(Self.volume)) }.count == 1)
            #expect(left.count == 7)
            for leftover in left { leftover.record?.release() }
            #expect(try journal.unfinished().count == 7)
            // Nothing is removed that could not be read.
            #expect(try names(in: journal.path).count == 7)
        }
    }

    @Test func temporaryNameIsRemovedFromItsDirectory() throws {
        try withJournal { _, path in
            try Directory.make("\(path)/a")
            let name = try TemporaryName(".new", in: Directory("\(path)/a"))
            #expect(try !name.remove())
            try write("", to: "\(path)/a/.new")
            #expect(try name.remove())
            #expect(try names(in: "\(path)/a").isEmpty)
            // Its file system is not mounted.
            try Directory.make("\(path)/b")
            let other = TemporaryName(directory: "\(path)/b", inode: name.inode, name: ".new")
            #expect(throws: SystemError.noDevice) { _ = try other.remove() }
            // It is mounted again, and has another number: the name is unique.
            try write("", to: "\(path)/b/.new")
            #expect(try other.remove())
            let gone = TemporaryName(directory: "\(path)/c", inode: name.inode, name: ".new")
            #expect(throws: SystemError.noSuchFile) { _ = try gone.remove() }
        }
    }

    private struct Failure: Error {}

    @Test func failedRollbackStaysInJournal() throws {
        try withJournal { journal, _ in
            func work(fails: Bool, commits: Bool) throws {
                let entry = JournalEntry(journal, isDurable: false)
                try entry.note(.volume(Self.volume))
                let rollback = Rollback(recording: entry) { if fails { throw Failure() } }
                #expect(try names(in: journal.path).count == 1)
                if commits { rollback.commit() }
            }
            try work(fails: false, commits: false)
            #expect(try names(in: journal.path).isEmpty)
            try work(fails: true, commits: true)
            #expect(try names(in: journal.path).isEmpty)
            try work(fails: true, commits: false)
            #expect(try journal.leftovers().count == 1)
        }
    }

    @Test func namedFileIsWrittenDown() throws {
        try withJournal { journal, path in
            Journal.current = journal
            defer { Journal.current = nil }
            let directory = try Directory(path)
            do {
                let file = try AtomicFile(in: directory, isNamed: true)
                let name = try #require(try directory.names().first { $0 != "state" })
                let expected = Begun.temporaryName(try TemporaryName(name, in: directory))
                let record = try #require(try names(in: journal.path).first)
                let text = try text(of: "\(journal.path)/\(record)")
                #expect(try Begun.read(Array(text.utf8)) == expected)
                try file.publish(as: "a")
            }
            #expect(try names(in: journal.path).isEmpty)
            // Without a temporary name there is nothing to write down.
            let file = try AtomicFile(in: directory)
            #expect(try names(in: journal.path).isEmpty)
            try file.publish(as: "a")
            #expect(try names(in: journal.path).isEmpty)
            #expect(try names(in: path) == ["a", "state"])
        }
    }

    @Test func incompleteVolumeIsKnown() throws {
        try withJournal { journal, _ in
            func isIncomplete(_ volume: String, _ uri: String) throws -> Bool {
                try journal.isIncomplete(volume: volume, ofPool: "pool", uri: uri)
            }
            #expect(try !isIncomplete("a.img", "test:///default"))
            let record = try journal.write(.volume(Self.volume), durably: true)
            // virt-install uses the volumes that it makes.
            #expect(try !isIncomplete("a.img", "test:///default"))
            let name = try #require(try names(in: journal.path).first)
            try Directory(journal.path).rename(name, to: "1-anotherSession-00000001")
            #expect(try isIncomplete("a.img", "test:///default"))
            #expect(try !isIncomplete("a.img", "test:///other"))
            #expect(try !isIncomplete("b.img", "test:///default"))
            record.release()
            #expect(try isIncomplete("a.img", "test:///default"))
            try journal.leftovers().first?.record?.remove()
            #expect(try !isIncomplete("a.img", "test:///default"))
        }
    }
}
