import CHost
import Glibc

/// An open directory; names in it are looked up without leaving it.
package struct Directory: ~Copyable {
    let descriptor: Int32
    package let path: String

    /// C: `open` with `O_DIRECTORY`.
    package init(_ path: String) throws(SystemError) {
        descriptor = atex_open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0)
        self.path = path
        guard descriptor >= 0 else { throw .last }
    }

    deinit { close(descriptor) }

    /// Whether this process may make files in it. C: `faccessat`.
    package var isWritable: Bool { faccessat(descriptor, ".", W_OK, AT_EACCESS) == 0 }

    /// What an entry is.
    package enum Kind: Sendable { case absent, file, symbolicLink, other }

    /// What stands under a name; links are not followed. C: `fstatat`.
    package func kind(of name: String) throws(SystemError) -> Kind {
        var status = stat()
        guard fstatat(descriptor, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else {
            if errno == ENOENT { return .absent }
            throw .last
        }
        return switch status.st_mode & S_IFMT {
        case S_IFREG: .file
        case S_IFLNK: .symbolicLink
        default: .other
        }
    }

    /// Opens a regular file of the directory for reading; never a link. C: `openat`.
    package func open(_ name: String) throws(SystemError) -> File {
        let file = try File(
            adopting: atex_open_at(
                descriptor, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0))
        guard try file.attributes().isRegular else { throw SystemError(number: EINVAL) }
        return file
    }

    /// Gives one name of the directory to what has another, replacing what had it. C: `renameat`.
    package func rename(_ name: String, to new: String) throws(SystemError) {
        guard renameat(descriptor, name, descriptor, new) == 0 else { throw .last }
    }

    /// Removes a file; that there is none is no error. C: `unlinkat`.
    package func remove(_ name: String) throws(SystemError) {
        guard unlinkat(descriptor, name, 0) == 0 || errno == ENOENT else { throw .last }
    }

    /// The names in it but `.` and `..`, in no order; those that are not UTF-8 are left out.
    package func names() throws(SystemError) -> [String] {
        let copy = atex_open_at(descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0)
        guard copy >= 0 else { throw .last }
        guard let stream = fdopendir(copy) else {
            let error = SystemError.last
            close(copy)
            throw error
        }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) {
                    String(validatingCString: $0)
                }
            }
            if let name, name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    /// Makes a directory of its own, mode 0700, named `prefix` and six random characters.
    /// C: `mkdtemp`.
    package static func makeTemporary(prefix: String) throws(SystemError) -> String {
        var template = Array("\(prefix)XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw .last }
        return String(
            decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Makes a directory and those above it that are missing. Another process may be making the same
    /// ones. C: `mkdir`.
    package static func make(_ path: String) throws(SystemError) {
        do throws(SystemError) { try makeLast(of: path) } catch {
            guard error == .noSuchFile, let slash = path.lastIndex(of: "/"), slash > path.startIndex
            else { throw error }
            try make(String(path[..<slash]))
            try makeLast(of: path)
        }
    }

    private static func makeLast(of path: String) throws(SystemError) {
        if mkdir(path, 0o755) == 0 { return }
        guard errno == EEXIST else { throw .last }
        var status = stat()
        guard stat(path, &status) == 0 else { throw .last }
        guard status.st_mode & S_IFMT == S_IFDIR else { throw SystemError(number: ENOTDIR) }
    }

    /// Goes there: names without a directory mean its files from now on. C: `chdir`.
    package static func enter(_ path: String) throws(SystemError) {
        guard chdir(path) == 0 else { throw .last }
    }

    /// Removes a directory and all in it; what cannot be removed stays. C: `nftw`.
    package static func removeTree(_ path: String) {
        // Another thread may still be making files: what came in between goes at the next turn.
        var turns = 0
        while atex_remove_tree(path) != 0, errno != ENOENT, turns < 5 { turns += 1 }
    }
}
