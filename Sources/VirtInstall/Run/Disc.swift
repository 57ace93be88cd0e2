import XML

// CD-ROM drives of an installation.

/// Puts a disc into a drive, or takes it out.
func putDisc(_ path: String?, into drive: Node, of guest: Guest) throws {
    guard let path else { return guest.eject(drive) }
    try guest.setStorage(try DiskStorage(path: path, host: guest.host), of: drive)
    guest.settleDiskType(drive)
}

/// Where a disk's data is; `nil` for an empty drive.
func sourcePath(of disk: Node) -> String? {
    let path = ["file", "dev", "dir"].lazy.compactMap { disk.value("source/@\($0)") }.first
    return path ?? (disk.has("source/@protocol") ? networkAddress(of: disk) : nil)
}

/// The whole path or URL of what is to be put into a drive; fails where there is nothing.
/// virt-install 4.1.0: `validate_path`.
func checkedDisc(_ path: String, _ guest: Guest) throws -> String {
    do {
        let storage = try DiskStorage(path: path, host: guest.host)
        guard storage.exists else {
            throw OptionMistake(
                "Must specify storage creation parameters for non-existent path "
                    + "'\(storage.path ?? path)'.")
        }
        return storage.path ?? path
    } catch {
        if path.hasPrefix("nfs:") {
            guest.output.warn(
                "NFS URL installs are no longer supported. Access your install media over an "
                    + "alternate transport like HTTP, or manually mount the NFS share and install "
                    + "from the local directory mount point.")
        }
        throw InstallFailure(
            "Validating install media '\(path)' failed: \(message(of: error))")
    }
}
