import System
import TestSupport
import Testing

@testable import Lifetime

/// Files that get their names only when they are complete.
@Suite struct AtomicFileTests {
    private func put(_ text: String, _ name: String, _ directory: borrowing Directory) throws {
        let file = try AtomicFile(in: directory)
        try file.descriptor.write(Array(text.utf8))
        try file.publish(as: name)
    }

    @Test func fileAppearsWhenPublished() throws {
        try inTemporaryDirectory { path in
            let directory = try Directory(path)
            try put("old", "a", directory)
            let abandoned = try AtomicFile(in: directory)
            try abandoned.descriptor.write(Array("new".utf8))
            _ = consume abandoned
            #expect(try text(of: "\(path)/a") == "old")
            try put("new", "a", directory)
            #expect(try text(of: "\(path)/a") == "new")
            #expect(try names(in: path) == ["a"])
        }
    }

    @Test(arguments: [false, true], [false, true])
    func temporaryNameIsRemoved(isPublished: Bool, replaces: Bool) throws {
        try inTemporaryDirectory { path in
            let directory = try Directory(path)
            if replaces { try put("old", "a", directory) }
            let file = try AtomicFile(in: directory, isNamed: true)
            #expect(try directory.names().count == (replaces ? 2 : 1))
            try file.descriptor.write(Array("text".utf8))
            if isPublished {
                try file.publish(as: "a", replacing: replaces)
            } else {
                _ = consume file
            }
            #expect(try names(in: path) == (isPublished || replaces ? ["a"] : []))
            if isPublished { #expect(try text(of: "\(path)/a") == "text") }
        }
    }

    @Test(arguments: [false, true], [false, true])
    func publishRefusesTakenName(isNamed: Bool, durably: Bool) throws {
        try inTemporaryDirectory { path in
            let directory = try Directory(path)
            try put("old", "a", directory)
            #expect(throws: SystemError.exists) {
                try AtomicFile(in: directory, isNamed: isNamed).publish(
                    as: "a", replacing: false, durably: durably)
            }
            #expect(try text(of: "\(path)/a") == "old")
            #expect(try names(in: path) == ["a"])
        }
    }

    @Test(arguments: [false, true], [false, true])
    func durablePublishLeavesOneName(isNamed: Bool, isTaken: Bool) throws {
        try inTemporaryDirectory { path in
            let directory = try Directory(path)
            if isTaken { try put("old", "a", directory) }
            let file = try AtomicFile(in: directory, isNamed: isNamed)
            try file.descriptor.write(Array("new".utf8))
            try file.publish(as: "a", replacing: isTaken, durably: true)
            #expect(try text(of: "\(path)/a") == "new")
            #expect(try names(in: path) == ["a"])
        }
    }

    @Test func durableRename() throws {
        try inTemporaryDirectory { path in
            let directory = try Directory(path)
            try put("one", "a", directory)
            try put("two", "b", directory)
            #expect(throws: SystemError.exists) {
                try AtomicFile.renameDurably("a", toFree: "b", in: directory)
            }
            #expect(try text(of: "\(path)/b") == "two")
            try AtomicFile.renameDurably("a", toFree: "c", in: directory)
            try AtomicFile.renameDurably("c", to: "b", in: directory)
            #expect(try text(of: "\(path)/b") == "one")
            #expect(try names(in: path) == ["b"])
        }
    }

    @Test func readersOfOldFileKeepIt() throws {
        try inTemporaryDirectory { path in
            let directory = try Directory(path)
            try put("old", "a", directory)
            let reader = try directory.open("a")
            try put("new", "a", directory)
            #expect(try reader.contents(limit: 9) == Array("old".utf8))
        }
    }

    @Test func linkIsReplacedNotFollowed() throws {
        try inTemporaryDirectory { path in
            let directory = try Directory(path)
            try put("old", "target", directory)
            let made = try ChildProcess.run(["ln", "-s", "target", "\(path)/a"])
            try #require(made.ending == .exit(0))
            try put("new", "a", directory)
            #expect(try text(of: "\(path)/target") == "old")
            #expect(try directory.kind(of: "a") == .regular)
        }
    }
}
