import System
import Testing

/// Encoding and decoding. Tests/Protocol has files of the real programs.
@Suite struct CodingTests {
    private struct Stop: Error {}

    private func encoded(_ pieces: [[UInt8]]) throws -> [UInt8] {
        var output: [UInt8] = []
        let encoder = try Encoder { output += $0 }
        for piece in pieces { try encoder.add(piece[...]) }
        try encoder.finish()
        return output
    }

    /// Passes the bytes in pieces of one length.
    private func decoder(_ encoding: Encoding, _ bytes: [UInt8], length: Int = 1) throws -> Decoder
    {
        var rest = bytes[...]
        return try Decoder(encoding) {
            defer { rest = rest.dropFirst(length) }
            return rest.isEmpty ? nil : rest.prefix(length)
        }
    }

    private func decoded(_ encoding: Encoding, _ bytes: [UInt8], length: Int = 1) throws -> [UInt8]
    {
        let decoder = try decoder(encoding, bytes, length: length)
        var output: [UInt8] = []
        while let piece = try decoder.next() { output += piece }
        return output
    }

    /// `printf 'hello' | gzip -n`
    private let hello: [UInt8] = [
        0x1F, 0x8B, 0x08, 0, 0, 0, 0, 0, 0, 3, 0xCB, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0, 0x86, 0xA6,
        0x10, 0x36, 5, 0, 0, 0,
    ]

    @Test(arguments: [1, 7, 1 << 20])
    func encodedBytesAreDecoded(length: Int) throws {
        let zeros = [UInt8](repeating: 0, count: 1 << 20)
        let bytes = try encoded([Array("begin".utf8), zeros, [], Array("end".utf8)])
        #expect(bytes.count < 1000)
        let output = try decoded(.zstd, bytes, length: length)
        #expect(output == Array("begin".utf8) + zeros + Array("end".utf8))
        #expect(try decoded(.gzip, hello + hello, length: length) == Array("hellohello".utf8))
    }

    @Test func damageIsAnError() throws {
        var wrong = hello
        wrong[18] ^= 1  // the checksum
        for bytes in [wrong, hello.dropLast(), hello + [0], []] {
            #expect(throws: CodingError.self) { try decoded(.gzip, bytes) }
        }
        let zstd = try encoded([Array("hello".utf8)])
        for bytes in [zstd.dropLast(), zstd + [0], Array(zstd.prefix(4)), []] {
            #expect(throws: CodingError.self) { try decoded(.zstd, bytes) }
        }
    }

    @Test func errorsOfTheCallerAreThrown() throws {
        for encoding in Encoding.allCases {
            #expect(throws: Stop.self) {
                let decoder = try Decoder(encoding) { throw Stop() }
                _ = try decoder.next()
            }
        }
        #expect(throws: Stop.self) {
            let encoder = try Encoder { _ in throw Stop() }
            try encoder.add([1])
            try encoder.finish()
        }
    }

    @Test func encodingIsRecognized() throws {
        #expect(Encoding.recognized(hello) == .gzip)
        #expect(try Encoding.recognized(encoded([[1]])) == .zstd)
        #expect(Encoding.recognized([0x51, 0x2A, 0x4D, 0x18, 0]) == .zstd)
        #expect(Encoding.recognized([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0]) == .xz)
        #expect(Encoding.recognized([0xFD, 0x37, 0x7A, 0x58, 0x5A]) == nil)
        #expect(Encoding.recognized(Array("QFI".utf8)) == nil)
        #expect(Encoding.recognized([]) == nil)
    }
}
