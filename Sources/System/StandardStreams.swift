import CSystem
import Glibc
import Synchronization

/// The client's standard input, output and error, moved away from the descriptors 0 to 2.
package struct StandardStreams: ~Copyable, Sendable {
    package let input: FileDescriptor
    package let output: FileDescriptor
    package let errors: FileDescriptor

    package init(
        input: consuming FileDescriptor, output: consuming FileDescriptor,
        errors: consuming FileDescriptor
    ) {
        self.input = input
        self.output = output
        self.errors = errors
    }

    /// Moves the three streams to other descriptors and opens `/dev/null` in their places, so that
    /// neither a library nor a child process can read or write what belongs to the client. A
    /// stream that was closed becomes `/dev/null` as well.
    package static func moved() throws(SystemError) -> StandardStreams {
        // First, or `null` could get one of the numbers itself.
        openMissing()
        let null = try FileDescriptor.open("/dev/null", O_RDWR)
        let streams = StandardStreams(
            input: try move(STDIN_FILENO, leaving: null),
            output: try move(STDOUT_FILENO, leaving: null),
            errors: try move(STDERR_FILENO, leaving: null))
        try OwnFiles.addStream(streams.input)
        try OwnFiles.addStream(streams.output)
        try OwnFiles.addStream(streams.errors)
        return streams
    }

    private static func move(
        _ standard: Int32, leaving null: borrowing FileDescriptor
    ) throws(SystemError) -> FileDescriptor {
        // From 10 on: a shell script that redirects by single digits cannot name them.
        var copy = fcntl(standard, F_DUPFD_CLOEXEC, 10)
        if copy < 0 { copy = fcntl(null.number, F_DUPFD_CLOEXEC, 10) }
        // The process may have no descriptor with such a number.
        if copy < 0, errno == EINVAL { throw .tooManyOpen }
        let moved = FileDescriptor(owning: try check(copy))
        try check(dup2(null.number, standard))
        return moved
    }

    /// Replaces the client's streams. It opens in advance what that needs: the process may have no
    /// descriptor left by then.
    package final class Replacement: Sendable {
        private let null: FileDescriptor
        private let spare: Mutex<[Spare]>

        private final class Spare: Sendable {
            let descriptor: FileDescriptor
            init(_ descriptor: consuming FileDescriptor) { self.descriptor = descriptor }
        }

        /// `spareCount`: how many descriptors `closeSpare` frees, at least the one that `replaceAll`
        /// opens.
        package init(spareCount: Int) throws(SystemError) {
            null = try FileDescriptor.open("/dev/null", O_RDWR)
            var spare: [Spare] = []
            for _ in 0..<spareCount { spare.append(Spare(try null.duplicate())) }
            self.spare = Mutex(spare)
        }

        package func closeSpare() { spare.withLock { $0 = [] } }

        /// Replaces the streams by `/dev/null`, wherever this process has them open, so that sshd
        /// can end although this process goes on without its client.
        package func replaceAll() throws(SystemError) {
            for name in try Directory.names(in: "/proc/self/fd") {
                // The descriptor of the listing itself is closed by now.
                guard let number = Int32(name), OwnFiles.isStream(number) else { continue }
                try check(atex_duplicate_as(null.number, number))
            }
        }
    }

    /// Opens `/dev/null` in place of the standard streams that are closed, so that no other file
    /// gets their numbers. Call it before anything else is opened.
    package static func openMissing() {
        for stream in Int32(0)...2 where fcntl(stream, F_GETFD) < 0 {
            // open() returns the lowest free number, which is this one.
            _ = atex_open("/dev/null", O_RDWR, 0)
        }
    }
}

extension FileDescriptor {
    // Globals are never destroyed, so these descriptors are never closed.

    /// The process's descriptor 0, for use while the streams have not been moved.
    package static let standardInput = FileDescriptor(owning: STDIN_FILENO)
    /// Descriptor 1, likewise.
    package static let standardOutput = FileDescriptor(owning: STDOUT_FILENO)
    /// Descriptor 2, likewise.
    package static let standardError = FileDescriptor(owning: STDERR_FILENO)
}
