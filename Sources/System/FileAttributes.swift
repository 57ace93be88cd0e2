import CSystem
import Glibc

/// The attributes that decide which processes can open a file.
package struct FileAttributes: Sendable {
    let status: FileStatus
    /// The SELinux label; `nil` if the file has none.
    let label: [UInt8]?
}

extension FileDescriptor {
    /// Sets the mode if it gives rights to the group or to others; returns whether it did.
    /// C: `fstat`, `fchmod`.
    @discardableResult
    func makePrivate(mode: UInt32) throws(SystemError) -> Bool {
        try makePrivate(status(), mode: mode)
    }

    /// As above, if the status is known already. C: `fchmod`.
    @discardableResult
    func makePrivate(_ status: FileStatus, mode: UInt32) throws(SystemError) -> Bool {
        guard status.mode & 0o077 != 0 else { return false }
        try check(fchmod(number, mode_t(mode)))
        return true
    }

    /// C: `fstat`, `fgetxattr`.
    package func attributes() throws(SystemError) -> FileAttributes {
        var label = [UInt8](repeating: 0, count: 4096)
        // Fails without SELinux and on file systems without attributes: then there is no label to
        // keep.
        let length = atex_get_label(number, &label, UInt(label.count))
        return FileAttributes(
            status: try status(), label: length > 0 ? Array(label[..<length]) : nil)
    }

    /// Sets owner, group, mode and label to those of another file, so that the processes that
    /// could open that file can open this one. C: `fchown`, `fchmod`, `fsetxattr`.
    package func apply(_ attributes: FileAttributes) throws(SystemError) {
        let status = attributes.status
        // In this order: chown clears the set-user-ID bits of the mode.
        try check(fchown(number, status.ownerID, status.groupID))
        try check(fchmod(number, mode_t(status.mode)))
        if let label = attributes.label {
            // A file system without labels keeps none, and then denies no one for it.
            _ = atex_set_label(number, label, UInt(label.count))
        }
    }
}
