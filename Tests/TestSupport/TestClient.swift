import Glibc
package import System
package import Text
package import Wire

/// A client whose whole input is known beforehand. What it would receive is kept in files.
package struct TestClient {
    package let wire: Wire
    private let directory: String

    /// `input` is what the client sends before it closes its end; `directory` is for the files.
    package init(sends input: [UInt8], in directory: String) throws {
        self.directory = directory
        let path = "\(directory)/client-input"
        let file = try FileDescriptor.creating(path)
        try file.write(input)
        wire = Wire(
            StandardStreams(
                input: try .reading(path), output: try .creating("\(directory)/client-output"),
                errors: try .creating("\(directory)/client-errors")))
    }

    package init(sends input: String, in directory: String) throws {
        try self.init(sends: Array(input.utf8), in: directory)
    }

    /// The bytes written to the client's standard output so far.
    package func output() throws -> String { try text(of: "\(directory)/client-output") }

    /// The bytes written to the client's standard error so far.
    package func errors() throws -> String { try text(of: "\(directory)/client-errors") }

    /// The JSON objects on the lines of the output.
    package func replies() throws -> [JSONValue] {
        try output().split(separator: "\n").map { try JSONParser.value(of: String($0)) }
    }
}

/// The two ends of a stream whose reads return the pieces that were written, one by one.
/// C: `socketpair` with `SOCK_SEQPACKET`.
package struct PieceSocket: ~Copyable {
    package let near: FileDescriptor
    package let far: FileDescriptor

    package init() throws {
        var ends: [Int32] = [-1, -1]
        let type = Int32(SOCK_SEQPACKET.rawValue | SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, type, 0, &ends) == 0 else { throw SystemError.last }
        near = FileDescriptor(owning: ends[0])
        far = FileDescriptor(owning: ends[1])
    }

    /// Writes the pieces, which must be few enough for the kernel's buffer, and closes the far end.
    /// Returns the end that reads them.
    package consuming func sending(_ pieces: [String]) throws -> FileDescriptor {
        for piece in pieces { try far.write(Array(piece.utf8)) }
        // The other end reads what was sent, and then the end of the stream.
        shutdown(far.number, Int32(SHUT_RDWR))
        return try near.duplicate()
    }
}

/// A wire whose input arrives in these pieces, one for each read, and whose output is dropped.
package func wire(receiving pieces: [String]) throws -> Wire {
    Wire(
        StandardStreams(
            input: try PieceSocket().sending(pieces), output: try .open("/dev/null", O_WRONLY),
            errors: try .open("/dev/null", O_WRONLY)))
}
