import CSystem
import Glibc

/// All bytes of a file; `EOVERFLOW` if there are more than `limit`.
package func contents(of path: String, limit: Int) throws(SystemError) -> [UInt8] {
    try FileDescriptor.reading(path).contents(limit: limit)
}

/// The last bytes of a regular file, at most `length`. Symbolic links and anything that could
/// block are refused. C: `open`, `fstat`, `pread`.
package func endOfFile(_ path: String, length: Int) throws(SystemError) -> [UInt8] {
    let file = try FileDescriptor.readingRegular(path)
    return try file.bytes(at: max(0, file.status().size - Int64(length)), atMost: length)
}

/// The process's working directory, e.g. `/root`; `.` if it was removed. C: `getcwd`.
package func currentDirectory() -> String {
    // With NULL, glibc allocates the result and we free it; likewise realpath below.
    guard let path = getcwd(nil, 0) else { return "." }
    defer { free(path) }
    return String(cString: path)
}

/// The directory part of a path, e.g. `/a` of `/a/b`; `.` without a slash.
package func parentDirectory(of path: String) -> String {
    guard let end = path.lastIndex(of: "/") else { return "." }
    return end == path.startIndex ? "/" : String(path[..<end])
}

/// Whether a path exists; symbolic links are followed. C: `stat`.
package func pathExists(_ path: String) -> Bool { kind(ofPath: path) != nil }

/// Whether a path is a directory; symbolic links are followed. C: `stat`.
package func isDirectory(_ path: String) -> Bool { kind(ofPath: path) == .directory }

/// Whether a path is a block device; symbolic links are followed. C: `stat`.
package func isBlockDevice(_ path: String) -> Bool { kind(ofPath: path) == .blockDevice }

/// Whether a path is a regular file that this process may execute. C: `access` with `X_OK`.
package func isProgram(_ path: String) -> Bool {
    kind(ofPath: path) == .regular && access(path, X_OK) == 0
}

private func kind(ofPath path: String) -> FileStatus.Kind? {
    do throws(SystemError) { return try FileStatus(of: path).kind } catch { return nil }
}

/// The absolute path without symbolic links; `nil` if the path does not exist. C: `realpath`.
package func realPath(_ path: String) -> String? {
    guard let target = realpath(path, nil) else { return nil }
    defer { free(target) }
    return String(cString: target)
}

/// The target of a symbolic link as it is stored. C: `readlink`.
package func linkTarget(_ path: String) throws(SystemError) -> String {
    var target = [CChar](repeating: 0, count: 4096)
    let length = try check(readlink(path, &target, target.count))
    return String(decoding: target[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self)
}

/// Whether this process may create files in a directory. C: `access`.
package func isWritable(_ path: String) -> Bool { access(path, W_OK) == 0 }

/// Why this process cannot read and write a file; `nil` if it can. C: `access`.
package func accessError(toReadAndWrite path: String) -> SystemError? {
    access(path, R_OK | W_OK) == 0 ? nil : .last
}

/// Removes a file; not an error if there is none. C: `unlink`.
package func removeFile(_ path: String) throws(SystemError) {
    guard unlink(path) == 0 || errno == ENOENT else { throw .last }
}

/// Sixteen random hexadecimal digits, for the name of a temporary file.
package func randomName() -> String {
    let digits = String(UInt64.random(in: UInt64.min...UInt64.max), radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
}
