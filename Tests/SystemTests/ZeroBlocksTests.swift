import System
import Testing

@Suite struct ZeroBlocksTests {
    private func described(_ bytes: [UInt8], at offset: Int64) -> [String] {
        extents(of: bytes[...], at: offset).map { "\($0.isZero ? "zeros" : "data") \($0.range)" }
    }

    private let zeros = [UInt8](repeating: 0, count: 8192)
    private let data = [UInt8](repeating: 7, count: 8192)

    @Test func zeroBlocksAreFound() {
        #expect(
            described(zeros + data + zeros, at: 0) == [
                "zeros 0..<8192", "data 8192..<16384", "zeros 16384..<24576",
            ])
        #expect(described(data, at: 12) == ["data 0..<8192"])
        #expect(described(zeros, at: 12) == ["zeros 0..<8192"])
        #expect(described([], at: 12) == [])
        #expect(described([0], at: 4096) == ["zeros 0..<1"])
    }

    @Test func blocksAreAlignedInFile() {
        // 4096 zeros: a whole block of the file only at offset 2048.
        let bytes = Array(data[..<2048] + zeros[..<4096] + data[..<2048])
        #expect(described(bytes, at: 0) == ["data 0..<8192"])
        #expect(
            described(bytes, at: 2048)
                == ["data 0..<2048", "zeros 2048..<6144", "data 6144..<8192"])
    }

    @Test(arguments: [0, 1, 2047, 4095])
    func oneByteMakesBlockData(index: Int) {
        var bytes = Array(zeros[..<4096])
        bytes[index] = 1
        #expect(described(bytes, at: 4096) == ["data 0..<4096"])
    }

    @Test func rangesAreIndicesOfSlice() {
        let bytes = (data + zeros)[4096...]
        let extents = extents(of: bytes, at: 4096)
        #expect(extents.map(\.range) == [4096..<8192, 8192..<16384])
        #expect(extents.map(\.isZero) == [false, true])
    }
}
