import Text

/// Recognizes an image that QEMU or libvirt, if it probed, would open in another format than raw.
///
/// More formats than `ImageFormat` has, which lists those that clients may name.
enum ImageSignature {
    /// The number of first bytes that are needed. Formats that are found later, such as ISO 9660
    /// at 32 KiB, are raw for QEMU.
    static let headLength = 4096

    /// The format's name, the offset of its magic number, and its bytes as characters of these
    /// values. QEMU 7.2 to 10.0: `bdrv_probe` of block/*.c; libvirt 9.0.0: `fileTypeInfo`.
    private static let magicNumbers: [(format: String, offset: Int, magic: String)] = [
        ("qcow2", 0, "QFI\u{FB}\0\0\0\u{2}"),
        ("qcow2", 0, "QFI\u{FB}\0\0\0\u{3}"),
        // Version 1, and any other that a later program may know.
        ("qcow", 0, "QFI\u{FB}"),
        ("qed", 0, "QED\0"),
        ("vmdk", 0, "KDMV"),
        ("vmdk", 0, "COWD"),
        ("vmdk", 0, "# Disk DescriptorFile"),
        ("vdi", 0x40, "\u{7F}\u{10}\u{DA}\u{BE}"),
        ("vhdx", 0, "vhdxfile"),
        ("vpc", 0, "conectix"),
        ("parallels", 0, "WithoutFreeSpace"),
        ("parallels", 0, "WithouFreSpacExt"),
        ("luks", 0, "LUKS\u{BA}\u{BE}"),
        ("bochs", 0, "Bochs Virtual HD Image"),
        ("cloop", 0, "#!/bin/sh\n#V2.0 Format\n"),
        ("dmg", 0, "koly"),
    ]

    /// All formats that these bytes look like; empty for raw.
    static func formats(of head: [UInt8]) -> [String] {
        var formats: [String] = []
        for row in magicNumbers where !formats.contains(row.format) {
            let magic = row.magic.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
            if head.dropFirst(row.offset).starts(with: magic) { formats.append(row.format) }
        }
        if formats.contains("qcow2") { formats.removeAll { $0 == "qcow" } }
        if !formats.contains("vmdk"), isVMDKDescriptor(head) { formats.append("vmdk") }
        return formats
    }

    /// A descriptor is a text: after comments and blank lines comes its version. QEMU's
    /// `vmdk_probe`.
    private static func isVMDKDescriptor(_ head: [UInt8]) -> Bool {
        for line in head.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            let text = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
            if text.first == UInt8(ascii: "#") || text.allSatisfy({ $0 == UInt8(ascii: " ") }) {
                continue
            }
            return text.starts(with: "version=".utf8)
        }
        return false
    }
}
