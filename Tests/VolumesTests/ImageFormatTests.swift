import Testing

@testable import Volumes

@Suite struct ImageFormatTests {
    private func head(_ text: String, at offset: Int = 0) -> [UInt8] {
        [UInt8](repeating: 0, count: offset)
            + text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) } + [1, 2, 3]
    }

    @Test func magicNumbersDecideFormat() {
        #expect(ImageFormat.probed(head("QFI\u{FB}\0\0\0\u{3}")) == "qcow2")
        #expect(ImageFormat.probed(head("QFI\u{FB}\0\0\0\u{1}")) == "qcow")
        #expect(ImageFormat.probed(head("KDMV")) == "vmdk")
        #expect(ImageFormat.probed(head("\u{7F}\u{10}\u{DA}\u{BE}", at: 64)) == "vdi")
        #expect(ImageFormat.probed(head("vhdxfile")) == "vhdx")
        #expect(ImageFormat.probed(head("CD001", at: 0x8001)) == "iso")
        #expect(head("CD001", at: 0x8001).count >= ImageFormat.headLength)
    }

    @Test func otherBytesAreRaw() {
        #expect(ImageFormat.probed([]) == "raw")
        #expect(ImageFormat.probed(head("QFI")) == "raw")
        #expect(ImageFormat.probed(head("QFI\u{FB}\0\0\0\u{9}")) == "raw")
        #expect(ImageFormat.probed(head("CD001", at: 0x8000)) == "raw")
        #expect(ImageFormat.probed(head("\0KDMV")) == "raw")
    }

    @Test func rawDiskMayLookLikeCDOnly() {
        #expect(ImageFormat.isPlausible("raw", for: "iso"))
        #expect(ImageFormat.isPlausible("qcow2", for: "qcow2"))
        #expect(!ImageFormat.isPlausible("raw", for: "qcow2"))
        #expect(!ImageFormat.isPlausible("qcow2", for: "raw"))
        #expect(!ImageFormat.isPlausible("iso", for: "raw"))
        #expect(ImageFormat.isPlausible("raw", for: "luks"))
        #expect(!ImageFormat.isPlausible("qcow2", for: "iso"))
    }

    @Test func formatNamesAreUnique() {
        #expect(ImageFormat.names.contains("vhdx"))
        #expect(Set(ImageFormat.names).count == ImageFormat.names.count)
    }
}
