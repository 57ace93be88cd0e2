/// An archive in the `newc` format of cpio.
/// Linux: Documentation/driver-api/early-userspace/buffer-format.rst.
struct CPIOArchive {
    private(set) var bytes: [UInt8] = []
    /// The inode number of the last file: two files with the same number would be hard links.
    private var number: UInt32 = 0

    /// Adds a regular file that is owned by root.
    mutating func add(_ name: String, mode: UInt32, _ contents: [UInt8]) {
        number += 1
        let regularMode = mode & 0o7777 | 0o100000  // S_IFREG
        header(name, number: number, mode: regularMode, size: UInt32(clamping: contents.count))
        bytes += contents
        pad()
    }

    /// Appends the end marker. No more files may be added.
    mutating func end() { header("TRAILER!!!", number: 0, mode: 0, size: 0) }

    private mutating func header(_ name: String, number: UInt32, mode: UInt32, size: UInt32) {
        bytes += "070701".utf8  // the magic number of newc
        // Inode, mode, user, group, links, time, size, device (major, minor), device file (major,
        // minor), length of the name, checksum. All are eight hexadecimal digits.
        for value in [
            number, mode, 0, 0, 1, 0, size, 0, 0, 0, 0, UInt32(clamping: name.utf8.count + 1), 0,
        ] {
            let digits = String(value, radix: 16, uppercase: true)
            bytes += String(repeating: "0", count: 8 - digits.utf8.count).utf8
            bytes += digits.utf8
        }
        bytes += name.utf8
        bytes.append(0)
        pad()
    }

    /// Names and contents end at a multiple of four bytes.
    private mutating func pad() {
        bytes += [UInt8](repeating: 0, count: (4 - bytes.count % 4) % 4)
    }
}
