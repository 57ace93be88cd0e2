package import System

/// The standard streams of a client that calls one command in words. In the line protocol they
/// carry requests and replies, so a shell does not get them.
package struct ClientStreams {
    package typealias Open = () throws(SystemError) -> FileDescriptor

    /// Opens the client's standard input for a command that reads a file.
    let openInput: Open
    /// Opens the client's standard output for a command that writes a file; `nil` if a reply is
    /// written there.
    let openOutput: Open?

    package init(openInput: @escaping Open, openOutput: Open?) {
        self.openInput = openInput
        self.openOutput = openOutput
    }
}
