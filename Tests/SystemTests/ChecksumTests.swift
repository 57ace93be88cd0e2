import System
import Testing

/// The values are the examples of the standard, FIPS 180-4.
@Suite struct ChecksumTests {
    @Test func nothingHasChecksum() throws {
        let checksum = try Checksum()
        let text = checksum.finish()
        #expect(text == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    }

    @Test func piecesCountAsOneText() throws {
        let checksum = try Checksum()
        try checksum.update(Array("a".utf8)[...])
        try checksum.update([])
        try checksum.update(Array("bc".utf8)[...])
        let text = checksum.finish()
        #expect(text == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    }
}
