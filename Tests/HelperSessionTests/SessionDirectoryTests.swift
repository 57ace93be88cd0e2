import Protocol
import System
import TestSupport
import Testing

@testable import HelperSession

/// The directories are in `/var/tmp`, as those of sessions. One test at a time: each removes the
/// leftovers of the others.
@Suite(.serialized) struct SessionDirectoryTests {
    /// Not used as long as /var/tmp can be written.
    private let state = StateDirectory(path: "/nonexistent/state")

    @Test func isInTheStateDirectoryIfVarTmpCannotBeWritten() throws {
        try inTemporaryDirectory { files in
            let state = StateDirectory(path: "\(files)/state")
            let directory = try SessionDirectory(in: "/nonexistent", otherwise: state)
            #expect(directory.path.hasPrefix("\(files)/state/tmp/atex-virt-helper-"))
            let parent = try FileStatus(of: "\(files)/state/tmp")
            #expect(parent.mode == 0o700)
            // As in /var/tmp, the next session removes what a killed one left.
            let leftover = try Directory.makeTemporary(
                prefix: "\(files)/state/tmp/atex-virt-helper-")
            let next = try SessionDirectory(in: "/nonexistent", otherwise: state)
            #expect(!pathExists(leftover) && pathExists(directory.path))
            directory.remove()
            next.remove()
        }
    }

    @Test func namesBothDirectoriesIfNeitherCanBeWritten() {
        let error = requestError {
            _ = try SessionDirectory(
                in: "/nonexistent", otherwise: StateDirectory(path: "/proc/self/state"))
        }
        #expect(
            error?.message
                == "cannot make the session's directory in '/nonexistent': No such file or directory; "
                + "and in '/proc/self/state/tmp': No such file or directory")
        #expect(error?.kind == .notFound)
    }

    @Test func directoryIsPrivateUntilRemoved() throws {
        let directory = try SessionDirectory(otherwise: state)
        #expect(directory.path.hasPrefix("/var/tmp/atex-virt-helper-"))
        let status = try FileStatus(of: directory.path)
        #expect(status.kind == .directory && status.mode == 0o700)
        try write("text", to: "\(directory.path)/upload")
        directory.remove()
        #expect(!pathExists(directory.path))
    }

    @Test func directoryOfKilledSessionIsRemoved() throws {
        let leftover = try Directory.makeTemporary(prefix: "/var/tmp/atex-virt-helper-")
        try write("text", to: "\(leftover)/upload")
        let directory = try SessionDirectory(otherwise: state)
        defer { directory.remove() }
        #expect(!pathExists(leftover))
    }

    @Test func directoryOfRunningSessionStays() throws {
        let first = try SessionDirectory(otherwise: state)
        defer { first.remove() }
        let second = try SessionDirectory(otherwise: state)
        defer { second.remove() }
        #expect(pathExists(first.path) && pathExists(second.path))
        #expect(first.path != second.path)
    }

    /// Sessions of the original helper do not lock theirs, whose names are longer.
    @Test func otherNamesStay() throws {
        let other = try Directory.makeTemporary(prefix: "/var/tmp/atex-virt-helper-ab")
        defer { Directory.removeTree(other) }
        let directory = try SessionDirectory(otherwise: state)
        defer { directory.remove() }
        #expect(pathExists(other))
    }

    /// Older versions of the helper do not lock their directories, but work in them.
    @Test func workingDirectoryOfOtherProcessStays() throws {
        try inTemporaryDirectory { files in
            let path = try Directory.makeTemporary(prefix: "/var/tmp/atex-virt-helper-")
            defer { Directory.removeTree(path) }
            // Any session that starts before the process is there would remove the directory.
            var lock = try InUseLock(path)
            #expect(lock != nil)
            try whileOtherProcessWorks(at: path, in: files) {
                lock = nil
                try SessionDirectory(otherwise: state).remove()
                #expect(pathExists(path))
            }
            try SessionDirectory(otherwise: state).remove()
            #expect(!pathExists(path))
        }
    }
}
