import CSystem
import Glibc

/// Whether a user may search a directory, that is, open what is in it; false if that cannot be
/// determined. C: `stat`, `getgrouplist`, `getxattr` of the access control list.
package func isSearchable(_ directory: String, by user: Account) -> Bool {
    let status: FileStatus
    do throws(SystemError) { status = try FileStatus(of: directory) } catch { return false }
    if user.id == 0 { return true }
    if user.id == status.ownerID { return status.mode & 0o100 != 0 }
    // The kernel checks a user's own entry before those of groups and of all others.
    if let own = accessListEntry(of: directory, for: user.id) { return own & 1 != 0 }
    return status.mode & (user.isMember(ofGroup: status.groupID) ? 0o010 : 0o001) != 0
}

/// The permission bits that a file's access control list grants one user; `nil` if the list does
/// not name the user.
private func accessListEntry(of path: String, for user: UInt32) -> UInt8? {
    var list = [UInt8](repeating: 0, count: 4096)
    let length = atex_get_access_list(path, &list, UInt(list.count))
    return length < 0 ? nil : permissions(of: user, in: list[..<length])
}

/// As above, from the list in the kernel's format: a version of four bytes, then kind,
/// permissions and number of each entry. C: `struct posix_acl_xattr_entry`.
func permissions(of user: UInt32, in list: ArraySlice<UInt8>) -> UInt8? {
    var mask: UInt8 = 7
    var found: UInt8?
    for start in stride(from: list.startIndex + 4, through: list.endIndex - 8, by: 8) {
        // Little-endian on all hosts; of the two-byte tag and permissions, the low byte suffices.
        let id = list[(start + 4)..<(start + 8)].reversed().reduce(UInt32(0)) {
            $0 << 8 | UInt32($1)
        }
        switch list[start] {
        case 0x02 where id == user: found = list[start + 2]  // ACL_USER
        case 0x10: mask = list[start + 2]  // ACL_MASK, which limits what ACL_USER grants
        default: break
        }
    }
    return found.map { $0 & mask }
}
