import Glibc
import System
import TestSupport
import Testing

@Suite struct FileChecksumTests {
    private func inNewFile(_ body: (borrowing FileDescriptor) throws -> Void) throws {
        try inTemporaryDirectory { directory in
            try body(try .open("\(directory)/file", O_RDWR | O_CREAT, mode: 0o600))
        }
    }

    @Test func checksumFollowsWriter() throws {
        try inNewFile { file in
            try file.setSize(1_000_000)
            let sum = try FileChecksum.following(file) { checksum in
                // "a" a million times, as in the standard's examples.
                let part = [UInt8](repeating: UInt8(ascii: "a"), count: 1000)
                for offset in stride(from: Int64(0), to: 1_000_000, by: 1000) {
                    try file.write(part[...], at: offset)
                    checksum.advance(to: offset + 1000)
                }
            }
            #expect(sum == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
        }
    }

    @Test func holesCountAsZeros() throws {
        try inNewFile { file in
            try file.setSize(100_000)
            let sum = try FileChecksum.following(file) { $0.advance(to: 100_000) }
            let zeros = try Checksum()
            try zeros.update([UInt8](repeating: 0, count: 100_000)[...])
            let expected = zeros.finish()
            #expect(sum == expected)
        }
    }

    @Test func failedWriterEndsChecksum() throws {
        struct Failure: Error {}
        try inNewFile { file in
            #expect(throws: Failure.self) {
                _ = try FileChecksum.following(file) { _ in throw Failure() }
            }
        }
    }

    @Test func truncatedFileThrows() throws {
        try inNewFile { file in
            #expect(throws: SystemError.self) {
                _ = try FileChecksum.following(file) { $0.advance(to: 1) }
            }
        }
    }
}
