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
