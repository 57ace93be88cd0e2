import CSystem
import Glibc

/// The type and the space of a file system.
package struct FileSystem: Hashable, Sendable {
    /// E.g. `xfs`; `nil` for a type that is not in our table.
    package let name: String?
    /// Whether two files can share blocks (reflinks); `nil` if that is unknown.
    package let sharesBlocks: Bool?
    /// In bytes.
    package let capacity: UInt64
    /// Bytes that users other than root may fill.
    package let available: UInt64

    package init(name: String?, sharesBlocks: Bool?, capacity: UInt64, available: UInt64) {
        self.name = name
        self.sharesBlocks = sharesBlocks
        self.capacity = capacity
        self.available = available
    }

    /// The file system that a directory is on. C: `fstatfs`, `XFS_IOC_FSGEOMETRY`.
    package init(of directory: String) throws(SystemError) {
        let directory = try Directory(directory)
        var status = statfs()
        try check(fstatfs(directory.descriptor.number, &status))
        // `f_type` is signed and wider than the magic numbers on some platforms.
        let known = Self.known[UInt32(truncatingIfNeeded: status.f_type)]
        name = known?.name
        if known?.name == "xfs" {
            let answer = atex_xfs_shares_blocks(directory.descriptor.number)
            sharesBlocks = answer < 0 ? nil : answer == 1
        } else {
            sharesBlocks = known?.sharesBlocks
        }
        let unit = UInt64(clamping: status.f_bsize)
        // A network or FUSE file system may report anything; do not trap on overflow.
        capacity = UInt64(status.f_blocks).multipliedReportingOverflow(by: unit).partialValue
        available = UInt64(status.f_bavail).multipliedReportingOverflow(by: unit).partialValue
    }

    /// By the numbers of `<linux/magic.h>`.
    private static let known: [UInt32: (name: String, sharesBlocks: Bool?)] = [
        0x5846_5342: ("xfs", nil), 0x9123_683E: ("btrfs", true), 0xCA45_1A4E: ("bcachefs", true),
        0xEF53: ("ext4", false), 0x0102_1994: ("tmpfs", false), 0xF2F5_2010: ("f2fs", false),
        0x4D44: ("vfat", false), 0x2011_BAB0: ("exfat", false),
        // These depend on the layer below or on the server.
        0x794C_7630: ("overlayfs", nil), 0x6969: ("nfs", nil), 0x2FC1_2FC1: ("zfs", nil),
        0xFF53_4D42: ("cifs", nil), 0x6573_5546: ("fuse", nil), 0x0102_1997: ("9p", nil),
        0x7461_636F: ("ocfs2", nil), 0x0116_1970: ("gfs2", false),
    ]
}
