import Libvirt
import Protocol
import System
import TestSupport
import Testing

@testable import Volumes

/// The disks of guests on demand.
@Suite struct VolumeCloneTests {
    /// A header of version 3 with a disk of `size` bytes, one extension, and a backing file.
    private func qcow2(size: UInt64 = 1 << 20, dataFile: String = "", backing: String = "")
        -> [UInt8]
    {
        var image = [UInt8](repeating: 0, count: 4096)
        func put(_ value: UInt64, _ size: Int, at offset: Int) {
            for index in 0..<size {
                image[offset + index] = UInt8(
                    truncatingIfNeeded: value >> UInt64(8 * (size - 1 - index)))
            }
        }
        put(0x5146_49FB, 4, at: 0)
        put(3, 4, at: 4)
        put(16, 4, at: 20)
        put(size, 8, at: 24)
        put(104, 4, at: 100)
        if !dataFile.isEmpty {
            put(0x4441_5441, 4, at: 104)
            put(UInt64(dataFile.utf8.count), 4, at: 108)
            image.replaceSubrange(112..<112 + dataFile.utf8.count, with: dataFile.utf8)
        }
        if !backing.isEmpty {
            put(1024, 8, at: 8)
            put(UInt64(backing.utf8.count), 4, at: 16)
            image.replaceSubrange(1024..<1024 + backing.utf8.count, with: backing.utf8)
        }
        return image
    }

    /// A guest would write to the template's own data, or miss the backing file.
    @Test func onlyAWholeImageIsCopiedAsAFile() throws {
        try withPool(volumes: ["a"]) { fixture in
            let pool = try fixture.open()
            func isWhole(_ image: [UInt8], _ format: String, in directory: String) throws -> Bool {
                try removeFile("\(fixture.path)/a")
                try FileDescriptor.creating("\(fixture.path)/a").write(image)
                return try ClonedImage(fileName("a"), in: pool, format: format)
                    .isWhole(in: directory)
            }
            try fixture.put("", "a")
            let data = qcow2(dataFile: "a.data")
            for directory in [fixture.path, "/elsewhere"] {
                #expect(try !isWhole(data, "qcow2", in: directory))
                #expect(try isWhole(data, "raw", in: directory))
                #expect(try isWhole(qcow2(), "qcow2", in: directory))
            }
            let backed = qcow2(backing: "base.img")
            #expect(try isWhole(backed, "qcow2", in: fixture.path))
            #expect(try !isWhole(backed, "qcow2", in: "/elsewhere"))
        }
    }

    @Test(arguments: [0, 1, 1 << 51, (1 << 51) + 1, .max] as [UInt64])
    func overlayHasALimit(size: UInt64) throws {
        try inTemporaryDirectory { directory in
            try FileDescriptor.creating("\(directory)/a").write(qcow2(size: size))
            let file = try FileDescriptor.reading("\(directory)/a")
            let overlay = try QCOW2Overlay(on: file, at: "\(directory)/a", format: "qcow2")
            #expect((overlay == nil) == (size > 1 << 51))
            guard let overlay else { return }
            let image = try FileDescriptor.creating("\(directory)/overlay")
            try overlay.write(to: image)
            #expect(try image.status().size > 0)
        }
    }
}
