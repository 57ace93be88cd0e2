/// Recognizes the format of a disk image by its first bytes, with the names of libvirt and QEMU.
package enum ImageFormat {
    /// The number of first bytes that are needed.
    static let headLength = 0x8006

    /// A format's magic number: its offset, and its bytes as characters of these values.
    private static let magicNumbers: [(format: String, offset: Int, magic: String)] = [
        ("qcow2", 0, "QFI\u{FB}\0\0\0\u{2}"),
        ("qcow2", 0, "QFI\u{FB}\0\0\0\u{3}"),
        ("qcow", 0, "QFI\u{FB}\0\0\0\u{1}"),
        ("qed", 0, "QED\0"),
        ("vmdk", 0, "KDMV"),
        ("vmdk", 0, "COWD"),
        ("vmdk", 0, "# Disk DescriptorFile"),
        ("vdi", 0x40, "\u{7F}\u{10}\u{DA}\u{BE}"),
        ("vhdx", 0, "vhdxfile"),
        ("vpc", 0, "conectix"),
        ("ploop", 0, "WithoutFreeSpace"),
        ("ploop", 0, "WithouFreSpacExt"),
        ("luks", 0, "LUKS\u{BA}\u{BE}"),
        // The last one to end, at `headLength`.
        ("iso", 0x8001, "CD001"),
    ]

    /// All formats.
    package static let names = magicNumbers.reduce(into: ["raw"]) { names, row in
        // The rows of one format are adjacent.
        if names.last != row.format { names.append(row.format) }
    }

    /// The format of an image that begins with these bytes; `raw` if no magic number is found.
    static func probed(_ head: [UInt8]) -> String {
        let row = magicNumbers.first { row in
            let magic = row.magic.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
            return head.dropFirst(row.offset).starts(with: magic)
        }
        return row?.format ?? "raw"
    }

    /// Whether the client's name of the format is acceptable. A raw disk may contain a file system
    /// of CDs or be encrypted. With any other magic number, libvirt, which probes too, would open
    /// the volume in another format than the client expects.
    static func isPlausible(_ named: String, for probed: String) -> Bool {
        named == probed || named == "raw" && ["iso", "luks"].contains(probed)
    }
}
