import CSystem
import Glibc
import Synchronization

/// A connection between two processes of this host that exchange messages, with which they pass
/// open files. Both sides see the end of the other one, however it ends.
/// C: `socket` with `AF_UNIX` and `SOCK_SEQPACKET`, `SCM_RIGHTS`.
package final class LocalSocket: Sendable {
    private let descriptor: FileDescriptor

    fileprivate init(_ number: Int32) { descriptor = FileDescriptor(owning: number) }

    /// The maximum length of a message in bytes.
    package static let limit = 64 << 10
    /// How long a call waits for the other side, in seconds.
    package static let patience: Int32 = 5

    /// Connects to the process that listens at a name of a directory. `ECONNREFUSED` if it has
    /// ended.
    package convenience init(
        _ name: FileName, in directory: String, patience: Int32 = LocalSocket.patience
    ) throws(SystemError) {
        let directory = try Directory(directory)
        self.init(try check(atex_connect_locally(Self.path(name, directory), patience)))
    }

    /// The path of a socket's address is short, but that of a directory may be long.
    fileprivate static func path(_ name: FileName, _ directory: borrowing Directory) -> String {
        "/proc/self/fd/\(directory.descriptor.number)/\(name.text)"
    }

    /// Sends a message; `files` are descriptors, which stay open here. `EAGAIN` if the other side
    /// does not receive, `EPIPE` if it has ended.
    package func send(_ bytes: [UInt8], passing files: [Int32] = []) throws(SystemError) {
        let number = descriptor.number
        let sent = try retrying {
            atex_send_message(number, bytes, bytes.count, files, UInt32(files.count))
        }
        guard sent == bytes.count else { throw SystemError(number: EMSGSIZE) }
    }

    /// Waits for the next message; `nil` at the end. `EAGAIN` if the other side sends nothing.
    package func receive() throws(SystemError) -> (bytes: [UInt8], files: [PassedFile])? {
        let number = descriptor.number
        var bytes = [UInt8](repeating: 0, count: Self.limit)
        var files = [Int32](repeating: -1, count: Int(ATEX_LARGEST_PASSED_COUNT))
        var count: UInt32 = 0
        let length = try retrying {
            atex_receive_message(number, &bytes, bytes.count, &files, &count)
        }
        let passed = files[..<Int(count)].map { PassedFile($0) }
        return length == 0 ? nil : (Array(bytes[..<length]), passed)
    }

    /// From here on the other side gets `EPIPE` when it sends. What it has sent before can still be
    /// received. C: `shutdown` with `SHUT_RD`.
    package func refuseMore() {
        // Fails only if the other side has ended.
        _ = shutdown(descriptor.number, Int32(SHUT_RD))
    }
}

/// An open file that another process has passed; closed with the last reference, unless it is
/// taken.
package final class PassedFile: Sendable {
    private let file: Mutex<FileDescriptor?>

    fileprivate init(_ number: Int32) { file = Mutex(FileDescriptor(owning: number)) }

    /// The file, at the first call.
    package func take() -> FileDescriptor? { file.withLock { $0.take() } }
}

/// Waits for connections of other processes of the same user. It is readable if there is one.
package final class LocalListener: Waitable {
    private let descriptor: FileDescriptor
    private let path: String
    package var descriptorNumber: Int32 { descriptor.number }

    /// Listens at a name of a directory, where a killed process may have left something.
    package init(_ name: FileName, in path: String) throws(SystemError) {
        let directory = try Directory(path)
        self.path = "\(path)/\(name.text)"
        unlink(self.path)
        descriptor = FileDescriptor(
            owning: try check(atex_listen_locally(LocalSocket.path(name, directory))))
    }

    deinit { unlink(path) }

    /// The next connection; `nil` if it is of another user.
    package func accept() throws(SystemError) -> LocalSocket? {
        var user: UInt32 = 0
        let number = descriptor.number
        let connection = try retrying {
            atex_accept_locally(number, LocalSocket.patience, &user)
        }
        let socket = LocalSocket(connection)
        return user == ProcessInformation.userID ? socket : nil
    }
}
