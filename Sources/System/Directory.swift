import CSystem
import Glibc

/// An open directory. Its methods look names up without leaving it.
package struct Directory: ~Copyable, Sendable {
    package let descriptor: FileDescriptor
    package let path: String

    /// C: `open` with `O_DIRECTORY`.
    package init(_ path: String) throws(SystemError) {
        descriptor = try .open(path, O_RDONLY | O_DIRECTORY)
        self.path = path
    }

    /// Another descriptor of the same open directory.
    package init(duplicating other: borrowing Directory) throws(SystemError) {
        descriptor = try other.descriptor.duplicate()
        path = other.path
    }

    /// Whether this process may create files in it. C: `faccessat` with `AT_EACCESS`, because by
    /// default the call checks the real user instead of the effective one.
    package var isWritable: Bool { faccessat(descriptor.number, ".", W_OK, AT_EACCESS) == 0 }

    /// The kind of a name's file; `nil` if the name does not exist. Symbolic links are not
    /// followed. C: `fstatat`.
    package func kind(of name: String) throws(SystemError) -> FileStatus.Kind? {
        try status(of: name)?.kind
    }

    /// The status of a name's file; `nil` if the name does not exist. Symbolic links are not
    /// followed. C: `fstatat`.
    package func status(of name: String) throws(SystemError) -> FileStatus? {
        var status = stat()
        guard fstatat(descriptor.number, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else {
            if errno == ENOENT { return nil }
            throw .last
        }
        return FileStatus(status)
    }

    /// Opens a regular file of the directory for reading, never a symbolic link. C: `openat`.
    package func open(_ name: String) throws(SystemError) -> FileDescriptor {
        // O_NONBLOCK: a FIFO would make the call wait for a writer.
        let file = try FileDescriptor.open(
            name, in: descriptor, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
        guard try file.status().kind == .regular else { throw SystemError(number: EINVAL) }
        return file
    }

    /// Renames a file within the directory and replaces a file of the new name. C: `renameat`.
    package func rename(_ name: String, to new: String) throws(SystemError) {
        try check(renameat(descriptor.number, name, descriptor.number, new))
    }

    /// Gives a file a second name, which must not exist yet. C: `linkat`.
    package func link(_ name: String, to new: String) throws(SystemError) {
        try check(linkat(descriptor.number, name, descriptor.number, new, 0))
    }

    /// Renames a file within the directory; `EEXIST` if the new name is taken.
    /// C: `renameat2`, or where a file system does not support its flag, `linkat` and `unlinkat`.
    package func rename(_ name: String, toNew new: String) throws(SystemError) {
        if atex_rename_new(descriptor.number, name, new) == 0 { return }
        guard errno == EINVAL || errno == ENOSYS else { throw .last }
        try check(linkat(descriptor.number, name, descriptor.number, new, 0))
        try remove(name)
    }

    /// Removes a file; not an error if there is none. C: `unlinkat`.
    package func remove(_ name: String) throws(SystemError) {
        guard unlinkat(descriptor.number, name, 0) == 0 || errno == ENOENT else { throw .last }
    }

    /// The names in the directory without `.` and `..`, unordered; names that are not UTF-8 are
    /// left out. C: `readdir`.
    package func names() throws(SystemError) -> [String] {
        // A descriptor of its own: readdir moves the position, and closedir closes it.
        let copy = try check(
            atex_open_at(descriptor.number, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0))
        guard let stream = fdopendir(copy) else {
            let error = SystemError.last
            close(copy)
            throw error
        }
        return Self.names(reading: stream)
    }

    /// As above, of the directory at a path. C: `opendir`.
    package static func names(in path: String) throws(SystemError) -> [String] {
        guard let stream = opendir(path) else { throw .last }
        return names(reading: stream)
    }

    /// Closes the stream.
    private static func names(reading stream: OpaquePointer) -> [String] {
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = String(validatingCString: atex_entry_name(entry))
            if let name, name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    /// Creates a directory with mode 0700, named `prefix` and six random characters, and returns
    /// its path. C: `mkdtemp`.
    package static func makeTemporary(prefix: String) throws(SystemError) -> String {
        var template = Array("\(prefix)XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw .last }
        return String(
            decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Creates a directory and its missing parents; `mode` is that of the directory itself, limited
    /// by the umask. Another process may create the same ones at the same time. C: `mkdir`.
    package static func make(_ path: String, mode: UInt32 = 0o755) throws(SystemError) {
        do throws(SystemError) { try makeLast(of: path, mode) } catch {
            guard error == .noSuchFile, let slash = path.lastIndex(of: "/"), slash > path.startIndex
            else { throw error }
            try make(String(path[..<slash]))
            try makeLast(of: path, mode)
        }
    }

    private static func makeLast(of path: String, _ mode: UInt32) throws(SystemError) {
        if mkdir(path, mode_t(mode)) == 0 { return }
        // Another process may have been faster, but a file with this name is an error.
        guard errno == EEXIST else { throw .last }
        guard try FileStatus(of: path).kind == .directory else {
            throw SystemError(number: ENOTDIR)
        }
    }

    /// Makes a directory the working directory. C: `chdir`.
    package static func enter(_ path: String) throws(SystemError) { try check(chdir(path)) }

    /// Removes a directory and its contents, as far as this process may. C: `nftw`.
    package static func removeTree(_ path: String) {
        // Another thread may still be creating files: repeat for those that it added.
        var attempts = 0
        while atex_remove_tree(path) != 0, errno != ENOENT, attempts < 5 { attempts += 1 }
    }
}
