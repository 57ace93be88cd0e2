/// The format of a disk image, told by its first bytes, as libvirt and QEMU name it.
enum ImageFormat {
    /// How many of the first bytes tell it.
    static let headLength = 0x8006

    /// A format's sign: where it stands, and its bytes as characters of that value.
    private static let signs: [(format: String, offset: Int, sign: String)] = [
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
        ("iso", 0x8001, "CD001"),
    ]

    /// All there are.
    static let names = signs.reduce(into: ["raw"]) { names, row in
        if names.last != row.format { names.append(row.format) }
    }

    /// The format of an image that begins with these bytes; `raw` where nothing says another.
    static func probed(_ head: [UInt8]) -> String {
        let row = signs.first { row in
            let sign = row.sign.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
            return head.dropFirst(row.offset).starts(with: sign)
        }
        return row?.format ?? "raw"
    }

    /// Whether a guest can have an image of that format as what the client calls it. A disk of the
    /// guest's own may look like a CD or be encrypted; any other sign would have libvirt, which
    /// looks too, open the volume as something else.
    static func isPlausible(_ named: String, for probed: String) -> Bool {
        named == probed || named == "raw" && ["iso", "luks"].contains(probed)
    }
}
