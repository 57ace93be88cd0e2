import Testing

@testable import Host

/// What volumes on their way need: finding zeros, checksums.
@Suite struct StreamingTests {
    private func cut(_ bytes: [UInt8], at offset: Int64) -> [String] {
        sections(of: bytes[...], at: offset).map { "\($0.isZero ? "zeros" : "data") \($0.range)" }
    }

    private let zeros = [UInt8](repeating: 0, count: 8192)
    private let data = [UInt8](repeating: 7, count: 8192)

    @Test func blocksOfZerosAreFound() {
        #expect(
            cut(zeros + data + zeros, at: 0) == [
                "zeros 0..<8192", "data 8192..<16384", "zeros 16384..<24576",
            ])
        #expect(cut(data, at: 12) == ["data 0..<8192"])
        #expect(cut(zeros, at: 12) == ["zeros 0..<8192"])
        #expect(cut([], at: 12) == [])
        #expect(cut([0], at: 4096) == ["zeros 0..<1"])
    }

    @Test func blocksAreThoseOfTheFile() {
        // 4096 zeros, but in no block of the file nothing else.
        let bytes = Array(data[..<2048] + zeros[..<4096] + data[..<2048])
        #expect(cut(bytes, at: 0) == ["data 0..<8192"])
        #expect(cut(bytes, at: 2048) == ["data 0..<2048", "zeros 2048..<6144", "data 6144..<8192"])
    }

    @Test(arguments: [0, 1, 2047, 4095])
    func oneByteMakesABlockData(place: Int) {
        var bytes = Array(zeros[..<4096])
        bytes[place] = 1
        #expect(cut(bytes, at: 4096) == ["data 0..<4096"])
    }

    @Test func rangesAreThoseOfASlice() {
        let bytes = (data + zeros)[4096...]
        let found = sections(of: bytes, at: 4096)
        #expect(found.map(\.range) == [4096..<8192, 8192..<16384])
        #expect(found.map(\.isZero) == [false, true])
    }

    @Test func checksums() throws {
        let none = try Checksum()
        let ofNone = none.finish()
        #expect(ofNone == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        let abc = try Checksum()
        try abc.update(Array("a".utf8)[...])
        try abc.update(Array("bc".utf8)[...])
        let ofABC = abc.finish()
        #expect(ofABC == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    }

    private func inNewFile(_ body: (borrowing File) throws -> Void) throws {
        let path = try Directory.makeTemporary(prefix: "/var/tmp/atex-virt-helper-test-")
        defer { Directory.removeTree(path) }
        let new = try NewFile(in: Directory(path))
        try body(new.file)
        #expect(try new.file.attributes().isRegular)
    }

    @Test func aFilesChecksumFollowsItsWriting() throws {
        try inNewFile { file in
            try file.setSize(1_000_000)
            let sum = try FileChecksum.following(file) { checksum in
                // "a" a million times, as in the standard's examples.
                let part = [UInt8](repeating: UInt8(ascii: "a"), count: 1000)
                for place in stride(from: Int64(0), to: 1_000_000, by: 1000) {
                    try file.write(part[...], at: place)
                    checksum.advance(to: place + 1000)
                }
            }
            #expect(sum == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
        }
    }

    @Test func aFilesChecksumHasItsHolesAsZeros() throws {
        try inNewFile { file in
            try file.setSize(100_000)
            let sum = try FileChecksum.following(file) { $0.advance(to: 100_000) }
            let zeros = try Checksum()
            try zeros.update([UInt8](repeating: 0, count: 100_000)[...])
            let expected = zeros.finish()
            #expect(sum == expected)
        }
    }

    @Test func aWriterThatFailsEndsTheChecksum() throws {
        struct Failure: Error {}
        try inNewFile { file in
            #expect(throws: Failure.self) {
                _ = try FileChecksum.following(file) { _ in throw Failure() }
            }
        }
    }

    @Test func aFileThatIsShorterHasNoChecksum() throws {
        try inNewFile { file in
            #expect(throws: SystemError.self) {
                _ = try FileChecksum.following(file) { $0.advance(to: 1) }
            }
        }
    }

    @Test func aRangeOfAFileIsWritten() throws {
        try inNewFile { file in
            try file.write(Array("0123456789".utf8)[...], at: 5)
            #expect(try file.bytes(at: 4, atMost: 4) == [0, 48, 49, 50])
            #expect(try file.bytes(at: 15, atMost: 4) == [])
        }
    }
}
