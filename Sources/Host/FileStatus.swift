import CHost
import Glibc

/// Whose a file is, and who may do what with it.
package struct FileStatus: Hashable, Sendable {
    package let isDirectory: Bool
    package let ownerID: UInt32
    package let groupID: UInt32
    /// The permission bits, e.g. 0o755.
    package let mode: UInt32

    package init(isDirectory: Bool, ownerID: UInt32, groupID: UInt32, mode: UInt32) {
        self.isDirectory = isDirectory
        self.ownerID = ownerID
        self.groupID = groupID
        self.mode = mode
    }

    /// What stands at a path; of a link what it leads to, unless that is not `following`.
    /// C: `stat`, `lstat`.
    package init(of path: String, following: Bool = true) throws(SystemError) {
        var status = stat()
        guard (following ? stat(path, &status) : lstat(path, &status)) == 0 else { throw .last }
        isDirectory = status.st_mode & S_IFMT == S_IFDIR
        ownerID = status.st_uid
        groupID = status.st_gid
        mode = status.st_mode & 0o7777
    }
}

/// Whether a user may go through a directory to what is in it; not so where that cannot be told.
/// C: `stat`, `getgrouplist`, `getxattr` of the access control list.
package func isSearchable(_ directory: String, by user: Account) -> Bool {
    let status: FileStatus
    do throws(SystemError) { status = try FileStatus(of: directory) } catch { return false }
    if user.id == 0 { return true }
    if user.id == status.ownerID { return status.mode & 0o100 != 0 }
    // An entry for the user goes before those of groups and of the rest.
    if let own = accessListEntry(of: directory, for: user.id) { return own & 1 != 0 }
    return status.mode & (user.isMember(ofGroup: status.groupID) ? 0o010 : 0o001) != 0
}

/// What a file's access control list lets one user do; `nil` where it does not name the user.
private func accessListEntry(of path: String, for user: UInt32) -> UInt8? {
    var list = [UInt8](repeating: 0, count: 4096)
    let length = atex_get_access_list(path, &list, UInt(list.count))
    return length < 0 ? nil : permissions(of: user, in: list[..<length])
}

/// The same as permission bits, of a list as the kernel keeps it: a version of four bytes, then
/// kind, permissions and number of each entry. C: `struct posix_acl_xattr_entry`.
func permissions(of user: UInt32, in list: ArraySlice<UInt8>) -> UInt8? {
    var mask: UInt8 = 7
    var found: UInt8?
    for start in stride(from: list.startIndex + 4, through: list.endIndex - 8, by: 8) {
        let id = list[(start + 4)..<(start + 8)].reversed().reduce(UInt32(0)) {
            $0 << 8 | UInt32($1)
        }
        switch list[start] {
        case 0x02 where id == user: found = list[start + 2]
        case 0x10: mask = list[start + 2]
        default: break
        }
    }
    return found.map { $0 & mask }
}

/// Where a symbolic link leads, as it says. C: `readlink`.
package func linkTarget(_ path: String) throws(SystemError) -> String {
    var target = [CChar](repeating: 0, count: 4096)
    let length = readlink(path, &target, target.count)
    guard length >= 0 else { throw .last }
    return String(decoding: target[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self)
}

/// Whether a file is one that this process may run. C: `access` with `X_OK`.
package func isProgram(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
        && access(path, X_OK) == 0
}

/// Why this process cannot read and write a file; `nil` where it can. C: `access`.
package func obstacle(toUsing path: String) -> SystemError? {
    access(path, R_OK | W_OK) == 0 ? nil : .last
}
