import CSystem
import Glibc

/// A file that only root, or the user who runs this process, can write or replace.
package enum ProtectedFile {
    /// Why a file was not read.
    package enum Failure: Error {
        case system(SystemError)
        /// What is wrong with the file or with a directory above it, and what would be right.
        case unsafe(String)
    }

    /// The contents of a regular file. The file and all directories above it must belong to root,
    /// or to the user who runs this process, and must not be writable by others; none of them may
    /// be a symbolic link. `EOVERFLOW` if there are more than `limit` bytes.
    ///
    /// Each component is opened in the directory before it and checked by its descriptor, so that
    /// nothing can be replaced in between. C: `openat` with `O_NOFOLLOW`, `fstat`.
    package static func contents(of path: String, limit: Int) throws(Failure) -> [UInt8] {
        guard path.utf8.first == UInt8(ascii: "/") else {
            throw .unsafe("the path must begin with '/'")
        }
        let names = path.split(separator: "/").map(String.init)
        guard let last = names.last, !names.contains("..") else {
            throw .unsafe("the path must name a file, without '..'")
        }
        var directory = try opened { () throws(SystemError) in
            try FileDescriptor.open("/", atex_path_only | O_DIRECTORY)
        }
        var place = "/"
        try check(directory, .directory, place)
        for name in names.dropLast() {
            let parent = directory
            place += (place == "/" ? "" : "/") + name
            directory = try opened { () throws(SystemError) in
                try FileDescriptor.open(name, in: parent, atex_path_only | O_NOFOLLOW)
            }
            try check(directory, .directory, place)
        }
        // O_NONBLOCK: opening a FIFO would wait for a writer.
        let file: FileDescriptor
        do throws(SystemError) {
            file = try .open(
                last, in: directory, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY)
        } catch {
            guard error.number == ELOOP else { throw .system(error) }
            throw .unsafe("it is a symbolic link, and must be a regular file")
        }
        try check(file, .regular, nil)
        do throws(SystemError) { return try file.contents(limit: limit) } catch {
            throw .system(error)
        }
    }

    private static func opened(
        _ open: () throws(SystemError) -> FileDescriptor
    ) throws(Failure) -> FileDescriptor {
        do throws(SystemError) { return try open() } catch { throw .system(error) }
    }

    /// `place` is the path of a directory; `nil` for the file.
    private static func check(
        _ file: borrowing FileDescriptor, _ kind: FileStatus.Kind, _ place: String?
    ) throws(Failure) {
        let status: FileStatus
        do throws(SystemError) { status = try file.status() } catch { throw .system(error) }
        let name = place.map { "directory '\($0)'" } ?? "it"
        guard status.kind == kind else {
            let wanted = kind == .directory ? "a directory" : "a regular file"
            throw .unsafe("\(place.map { "'\($0)'" } ?? "it") is not \(wanted)")
        }
        guard status.ownerID == 0 || status.ownerID == geteuid() else {
            let owner = geteuid() == 0 ? "root" : "root or the user who runs the helper"
            throw .unsafe("\(name) belongs to user \(status.ownerID), and must belong to \(owner)")
        }
        guard status.mode & 0o022 == 0 else {
            throw .unsafe(
                "\(name) is writable by others than its owner; remove that with 'chmod go-w "
                    + "\(place ?? "FILE")'")
        }
    }
}
