import Confinement
import Policy
import System
import TestSupport
import Testing

struct ImageJudgeTests {
    private func judged(_ bytes: [UInt8], as format: DiskFormat?) throws -> JudgedImage {
        let judge = ImageJudge { $0.path == "/pool/golden.img" && $0.format == .raw }
        return try judge.judge(ImageBytes(bytes), as: format, subject: "volume 'n'")
    }

    private func denial(
        _ bytes: [UInt8], as format: DiskFormat? = .qcow2,
        sourceLocation: SourceLocation = #_sourceLocation
    ) -> String {
        Fixture.denial(sourceLocation: sourceLocation) { _ = try judged(bytes, as: format) }
    }

    private func bytes(_ text: String, at offset: Int = 0) -> [UInt8] {
        [UInt8](repeating: 0, count: offset)
            + text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
            + [UInt8](repeating: 0, count: 600)
    }

    // MARK: Other formats

    @Test(arguments: [
        "QED\0", "KDMV", "COWD", "# Disk DescriptorFile\nversion=1\n", "vhdxfile", "conectix",
        "WithoutFreeSpace", "WithouFreSpacExt", "LUKS\u{BA}\u{BE}", "Bochs Virtual HD Image",
        "#!/bin/sh\n#V2.0 Format\nmodprobe cloop", "QFI\u{FB}\0\0\0\u{1}", "QFI\u{FB}\0\0\0\u{4}",
        "# a\n\n   \r\n# b\nversion=2\nRW 1 FLAT \"/etc/shadow\" 0\n", "koly",
    ])
    func otherFormats(_ head: String) throws {
        for format in [nil, DiskFormat.qcow2] {
            let denial = denial(bytes(head), as: format)
            #expect(denial.hasPrefix("denied: volume 'n' looks like an image of the format "))
        }
        // Its user declares raw.
        #expect(try judged(bytes(head), as: .raw) == .raw)
    }

    @Test func rawImages() throws {
        for head in ["", "\u{EB}\u{3C}\u{90}", "#!/bin/sh\nexit\n", "# comment\nversions"] {
            #expect(try judged(bytes(head), as: nil) == .raw)
            #expect(denial(bytes(head)).contains("is not in the format qcow2"))
        }
        #expect(try judged(bytes("CD001", at: 0x8001), as: nil) == .raw)
        #expect(try judged([], as: nil) == .raw)
        #expect(denial([]).contains("is not in the format qcow2"))
    }

    // MARK: Headers made by hand

    /// A header of version 3 without extensions, in an image of one cluster of 64 KiB.
    private var plain: [UInt8] {
        var image = [UInt8](repeating: 0, count: 1 << 16)
        image.put(0x5146_49FB, 4, at: 0)
        image.put(3, 4, at: 4)
        image.put(16, 4, at: 20)
        image.put(1 << 20, 8, at: 24)
        image.put(4, 4, at: 96)
        image.put(104, 4, at: 100)
        return image
    }

    /// `plain` with an extension for the backing file's format, and the name of a backing file.
    private func backed(_ path: String, format: String? = "raw") -> [UInt8] {
        var image = plain
        if let format {
            image.put(0xE279_2ACA, 4, at: 104)
            image.put(UInt64(format.utf8.count), 4, at: 108)
            image.replaceSubrange(112..<112 + format.utf8.count, with: format.utf8)
        }
        image.put(1024, 8, at: 8)
        image.put(UInt64(path.utf8.count), 4, at: 16)
        image.replaceSubrange(1024..<1024 + path.utf8.count, with: path.utf8)
        return image
    }

    @Test func plainHeader() throws {
        guard case .qcow2(let header) = try judged(plain, as: .qcow2) else {
            Issue.record("not qcow2")
            return
        }
        #expect(header.version == 3)
        #expect(header.virtualSize == 1 << 20)
        #expect(header.clusterSize == 1 << 16)
        #expect(header.backing == nil)
        #expect(try judged(plain, as: nil).format == .qcow2)
        #expect(try judged(plain, as: .raw).format == .raw)
    }

    private static let fields: [(offset: Int, size: Int, value: UInt64, message: String)] = [
        (4, 4, 0, "format qcow"), (4, 4, 1, "format qcow"), (4, 4, 4, "format qcow"),
        (32, 4, 1, "encrypted"), (32, 4, 2, "encrypted"), (20, 4, 8, "cluster size"),
        (20, 4, 22, "cluster size"), (20, 4, 0xFFFF_FFFF, "cluster size"),
        (72, 8, 4, "external data file"), (72, 8, 2, "incompatible features"),
        (72, 8, 1 << 40, "incompatible features"), (72, 8, 1 << 63, "incompatible features"),
        (100, 4, 0, "wrong length"), (100, 4, 105, "wrong length"), (100, 4, 1 << 16, "length"),
        (24, 8, 1 << 63, "wrong sizes"), (64, 8, 1 << 60, "wrong sizes"),
        (64, 4, 0x7F10_DABE, "format vdi"), (16, 4, 5, "at no place"),
        (8, 8, 1 << 63, "place of the backing file"), (8, 8, 1 << 16, "place of the backing"),
        (8, 8, 8, "place of the backing file"), (104, 4, 0x4441_5441, "external data file"),
        (104, 4, 0x0537_BE77, "encrypted"), (104, 4, 0x1234, "unknown header extension"),
    ]

    /// A field, its size and a value, and what the denial contains.
    @Test(arguments: Self.fields)
    func rejectsField(_ offset: Int, _ size: Int, _ value: UInt64, _ message: String) {
        var image = plain
        image.put(value, size, at: offset)
        #expect(denial(image).contains(message), "\(denial(image))")
    }

    /// An image gets the size of a snapshot's disk when a domain goes back to it.
    @Test func sizesOfSnapshotsCount() throws {
        func capacity(_ image: [UInt8]) throws -> UInt64 {
            try ImageJudge.capacity(
                of: judged(image, as: .qcow2), in: ImageBytes(image), subject: "volume 'n'")
        }
        #expect(try capacity(plain) == 1 << 20)
        var image = plain
        image.put(2, 4, at: 60)
        image.put(4096, 8, at: 64)
        // Without a size of its own, with an identifier and a name of one byte each.
        image.put(1, 2, at: 4096 + 12)
        image.put(1, 2, at: 4096 + 14)
        #expect(try capacity(image) == 1 << 20)
        image.put(16, 4, at: 4096 + 48 + 36)
        image.put(1 << 43, 8, at: 4096 + 48 + 48)
        #expect(try capacity(image) == 1 << 43)
        for (offset, size, value, reason) in [
            (60, 4, 65537, "too many snapshots"), (64, 8, (1 << 16) - 40, "truncated table"),
            (4096 + 36, 4, 1 << 31, "truncated table"),
        ] as [(Int, Int, UInt64, String)] {
            var wrong = image
            wrong.put(value, size, at: offset)
            #expect(Fixture.denial { _ = try capacity(wrong) }.contains(reason))
        }
    }

    @Test(arguments: [1, 8, 16, 8 | 16 | 1])
    func allowsFeature(_ features: UInt64) throws {
        var image = plain
        image.put(features, 8, at: 72)
        #expect(try judged(image, as: .qcow2).format == .qcow2)
    }

    @Test func backingFiles() throws {
        guard case .qcow2(let header) = try judged(backed("/pool/golden.img"), as: .qcow2) else {
            Issue.record("not qcow2")
            return
        }
        #expect(header.backing?.path == "/pool/golden.img")
        #expect(header.backing?.format == .raw)
        #expect(denial(backed("/etc/shadow")).contains("whose backing file is not granted"))
        // Names of what the image refers to are not shown.
        #expect(!denial(backed("/etc/shadow")).contains("shadow"))
        for path in ["golden.img", "json:{}", "nbd://h/x", "/pool/\u{1}", "file:/pool/golden.img"] {
            #expect(denial(backed(path)).contains("not an absolute path"))
        }
        for format in [nil, "", "vmdk", "qcow", "host_device", "raw\0"] {
            #expect(
                denial(backed("/pool/golden.img", format: format))
                    .contains("does not declare the format"))
        }
        #expect(
            denial(backed("/pool/golden.img", format: "qcow2")).contains("file is not granted"))
        #expect(denial(backed("/" + String(repeating: "x", count: 1023))).contains("wrong place"))
        var image = backed("/pool/golden.img")
        image[1030] = 0xFF
        #expect(denial(image).contains("not an absolute path"))
        // Twice: two readers could take different ones.
        image = backed("/pool/golden.img")
        image.replaceSubrange(120..<136, with: image[104..<120])
        #expect(denial(image).contains("extension twice"))
    }

    @Test func extensionsStayInTheFirstCluster() {
        for length: UInt64 in [0xFFFF_FFFF, 0x7FFF_FFFF, 1 << 16, (1 << 16) - 111] {
            var image = plain
            image.put(0x6803_F857, 4, at: 104)
            image.put(length, 4, at: 108)
            #expect(denial(image).contains("extension that is too long"))
        }
        // Nothing may follow where libvirt does not look any more.
        var image = plain
        image.put(0x6803_F857, 4, at: 104)
        image.put(40000, 4, at: 108)
        #expect(denial(image).contains("too long"))
        image.put(32768 - 104 - 8, 4, at: 108)
        #expect(denial(image).contains("truncated"))
    }

    @Test func truncatedHeaders() throws {
        for image in [plain, backed("/pool/golden.img")] {
            for count in [4, 7, 8, 20, 71, 72, 79, 103, 104, 108, 111] {
                #expect(denial(Array(image.prefix(count))).hasPrefix("denied: volume 'n' "))
            }
        }
        #expect(denial(Array(backed("/pool/golden.img").prefix(1030))).contains("truncated"))
        var second = plain
        second.put(2, 4, at: 4)
        #expect(denial(Array(second.prefix(71))).contains("truncated"))
        #expect(try judged(second, as: .qcow2).format == .qcow2)
    }

    /// However the first bytes are damaged, the judge answers.
    @Test func damagedHeaders() throws {
        let image = Array(backed("/pool/golden.img").prefix(2048))
        var passed = 0
        for offset in 0..<160 {
            for value: UInt8 in [0, 1, 0x7F, 0x80, 0xFF] {
                var damaged = image
                damaged[offset] = value
                do {
                    if try judged(damaged, as: .qcow2).format == .qcow2 { passed += 1 }
                } catch is Denial {}
            }
        }
        #expect(passed > 0)
    }

    // MARK: Images of qemu-img

    private static let images: [(arguments: String, message: String)] = [
        ("-f qcow2 IMAGE 1M", ""), ("-f qcow2 -o compat=0.10 IMAGE 1M", ""),
        ("-f qcow2 -o extended_l2=on IMAGE 1M", ""),
        ("-f qcow2 -o compression_type=zstd,lazy_refcounts=on IMAGE 1M", ""),
        ("-f qcow2 -o cluster_size=512 IMAGE 1M", ""),
        ("-f qcow2 -o cluster_size=2M IMAGE 1T", ""),
        ("-f qcow2 -u -F raw -b /pool/golden.img IMAGE 1M", ""),
        ("-f qcow2 -u -F qcow2 -b /pool/golden.img IMAGE 1M", "backing file is not granted"),
        ("-f qcow2 -u -F raw -b json:{} IMAGE 1M", "not an absolute path"),
        ("-f qcow2 -u -F raw -b nbd://127.0.0.1:1/x IMAGE 1M", "not an absolute path"),
        ("-f qcow2 -o data_file=IMAGE.data IMAGE 1M", "external data file"),
        ("-f qcow2 -o data_file=IMAGE.data,data_file_raw=on IMAGE 1M", "external data file"),
        (
            "-f qcow2 --object secret,id=s,data=x -o encrypt.format=luks,encrypt.key-secret=s "
                + "-o encrypt.iter-time=10 IMAGE 1M", "encrypted"
        ),
        ("-f qcow IMAGE 1M", "format qcow,"), ("-f qed IMAGE 1M", "format qed"),
        ("-f vmdk IMAGE 1M", "format vmdk"), ("-f vdi IMAGE 1M", "format vdi"),
        ("-f vmdk -o subformat=monolithicFlat IMAGE 1M", "format vmdk"),
        ("-f vhdx IMAGE 1M", "format vhdx"), ("-f vpc IMAGE 1M", "format vpc"),
        ("-f parallels IMAGE 1M", "format parallels"),
        ("-f luks --object secret,id=s,data=x -o key-secret=s,iter-time=10 IMAGE 1M", "luks"),
    ]

    @Test(
        .enabled(if: hasQEMUImg, "qemu-img is not installed"),
        arguments: Self.images)
    func imagesOfQEMU(_ arguments: String, _ message: String) throws {
        try inTemporaryDirectory { directory in
            let words = arguments.replacing("IMAGE", with: "\(directory)/image").split(
                separator: " ")
            let (ending, output) = try ChildProcess.run(
                ["qemu-img", "create", "-q"] + words.map(String.init))
            try #require(ending == .exit(0), "\(String(decoding: output, as: UTF8.self))")
            let file = try FileDescriptor.reading("\(directory)/image")
            let bytes = try file.bytes(at: 0, atMost: 1 << 20)
            if message.isEmpty {
                #expect(try judged(bytes, as: nil).format == .qcow2)
                #expect(try judged(bytes, as: .qcow2).format == .qcow2)
            } else {
                #expect(denial(bytes, as: nil).contains(message), "\(denial(bytes, as: nil))")
                #expect(denial(bytes).contains(message))
                #expect(try judged(bytes, as: .raw) == .raw)
            }
        }
    }
}

private let hasQEMUImg: Bool = {
    do {
        return try ChildProcess.run(["qemu-img", "--version"]).ending == .exit(0)
    } catch {
        return false
    }
}()

extension [UInt8] {
    /// Writes the lowest bytes of a number, the most significant one first.
    fileprivate mutating func put(_ value: UInt64, _ size: Int, at offset: Int) {
        for index in 0..<size {
            self[offset + index] = UInt8(
                truncatingIfNeeded: value >> UInt64(8 * (size - 1 - index)))
        }
    }
}
