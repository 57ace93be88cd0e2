import Glibc
import System
import TestSupport
import Testing

@Suite struct FileDescriptorTests {
    private func inNewFile(_ body: (borrowing FileDescriptor) throws -> Void) throws {
        try inTemporaryDirectory { directory in
            try body(try .open("\(directory)/file", O_RDWR | O_CREAT, mode: 0o600))
        }
    }

    @Test func writeAtOffsetExtendsFile() throws {
        try inNewFile { file in
            try file.write(Array("0123456789".utf8)[...], at: 5)
            #expect(try file.bytes(at: 4, atMost: 4) == [0, 48, 49, 50])
            #expect(try file.bytes(at: 15, atMost: 4) == [])
            #expect(try file.status().size == 15)
        }
    }

    @Test func copyHasBytesAndHoles() throws {
        try inTemporaryDirectory { directory in
            let source = try FileDescriptor.open(
                "\(directory)/source", O_RDWR | O_CREAT, mode: 0o600)
            try source.write(Array("data".utf8))
            try source.write(Array("end".utf8)[...], at: 32 << 20)
            try source.setSize(64 << 20)
            let copy = try FileDescriptor.open(
                "\(directory)/copy", O_RDWR | O_CREAT, mode: 0o600)
            var reports: [[Int64]] = []
            try copy.copy(from: source) { reports.append([$0, $1]) }
            #expect(reports.last == [64 << 20, 64 << 20])
            let status = try copy.status()
            #expect(status.size == 64 << 20)
            #expect(status.allocatedSize < 1 << 20)
            #expect(try copy.bytes(at: 0, atMost: 5) == Array("data\0".utf8))
            #expect(try copy.bytes(at: 32 << 20, atMost: 4) == Array("end\0".utf8))
        }
    }

    /// Unless the file system shares blocks: then the copy is complete at the first report.
    @Test(arguments: [40, 17, 0])
    func sourceThatBecomesShorterEndsCopy(mebibytes: Int64) throws {
        try inTemporaryDirectory { directory in
            let source = try FileDescriptor.open(
                "\(directory)/source", O_RDWR | O_CREAT, mode: 0o600)
            for _ in 0..<48 { try source.write([UInt8](repeating: 1, count: 1 << 20)) }
            let copy = try FileDescriptor.open(
                "\(directory)/copy", O_RDWR | O_CREAT, mode: 0o600)
            var reports = 0
            do {
                try copy.copy(from: source) { _, _ in
                    reports += 1
                    try source.setSize(mebibytes << 20)
                }
                #expect(reports == 1)
            } catch is ShorterSource {
                #expect(reports >= 1)
            }
        }
    }

    @Test func failedReportEndsCopy() throws {
        struct Failure: Error {}
        try inTemporaryDirectory { directory in
            let source = try FileDescriptor.open(
                "\(directory)/source", O_RDWR | O_CREAT, mode: 0o600)
            try source.write(Array("data".utf8))
            let copy = try FileDescriptor.creating("\(directory)/copy")
            #expect(throws: Failure.self) {
                try copy.copy(from: source) { _, _ in throw Failure() }
            }
        }
    }

    @Test func extentsAreDataAndHoles() throws {
        try inNewFile { file in
            try file.setSize(1 << 20)
            try file.write(Array("data".utf8)[...], at: 512 << 10)
            let hole = try file.extent()
            #expect(!hole.isData && hole.length == 512 << 10)
            try file.skip(512 << 10)
            let data = try file.extent()
            #expect(data.isData && data.length < 512 << 10)
            try file.skip(512 << 10)
            let end = try file.extent()
            #expect(!end.isData && end.length == 0)
        }
    }

    @Test func specialFilesAreNotReadAsRegular() throws {
        try inTemporaryDirectory { directory in
            try write("text", to: "\(directory)/file")
            try #require(symlink("file", "\(directory)/link") == 0)
            try #require(mkfifo("\(directory)/fifo", 0o600) == 0)
            #expect(
                try FileDescriptor.readingRegular("\(directory)/file").contents(limit: 9)
                    == Array("text".utf8))
            for name in ["link", "fifo", "."] {
                #expect(throws: SystemError.self) {
                    _ = try FileDescriptor.readingRegular("\(directory)/\(name)")
                }
            }
        }
    }

    @Test func fileOfOtherUserIsNotRead() throws {
        try inTemporaryDirectory { directory in
            try write("text", to: "\(directory)/file")
            let owner = try FileStatus(of: "\(directory)/file").ownerID
            _ = try FileDescriptor.reading("\(directory)/file", ownedBy: owner)
            #expect(throws: SystemError(number: EPERM)) {
                _ = try FileDescriptor.reading("\(directory)/file", ownedBy: owner + 1)
            }
            #expect(throws: SystemError(number: EPERM)) {
                _ = try FileDescriptor.reading(directory, ownedBy: owner)
            }
        }
    }

    @Test func contentsAreLimited() throws {
        try inTemporaryDirectory { directory in
            try write("text", to: "\(directory)/file")
            #expect(try contents(of: "\(directory)/file", limit: 4) == Array("text".utf8))
            #expect(throws: SystemError(number: EOVERFLOW)) {
                try contents(of: "\(directory)/file", limit: 3)
            }
            #expect(try endOfFile("\(directory)/file", length: 2) == Array("xt".utf8))
            #expect(try endOfFile("\(directory)/file", length: 20) == Array("text".utf8))
        }
    }

    @Test func attributesAreApplied() throws {
        try inTemporaryDirectory { directory in
            let source = try FileDescriptor.creating("\(directory)/source")
            try #require(fchmod(source.number, 0o640) == 0)
            let target = try FileDescriptor.creating("\(directory)/target", mode: 0o600)
            try target.apply(source.attributes())
            let status = try target.status()
            #expect(status.mode == 0o640)
            #expect(status.ownerID == (try source.status().ownerID))
        }
    }
}
