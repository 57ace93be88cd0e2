import XML

// CD-ROM drives of an installation.

/// Inserts a disc into a drive; `nil` ejects the one that is in it.
func insertDisc(_ path: String?, into drive: Node, of guest: Guest) throws {
    guard let path else { return guest.eject(drive) }
    try guest.setStorage(try DiskStorage(path: path, host: guest.host), of: drive)
    guest.settleDiskType(drive)
}

/// The path or URL of a disk's data; `nil` for an empty drive.
func sourcePath(of disk: Node) -> String? {
    let path = ["file", "dev", "dir"].lazy.compactMap { disk.value("source/@\($0)") }.first
    return path ?? (disk.has("source/@protocol") ? networkAddress(of: disk) : nil)
}

/// The absolute path or URL of a disc; throws an error if it does not exist.
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
        if let denial = denial(in: error) { throw denial }
        // Older versions supported NFS.
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
