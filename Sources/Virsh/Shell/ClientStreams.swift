package import System

/// The standard streams of a client that calls one command in words. In the line protocol they
/// carry requests and replies, so a shell does not get them.
package struct ClientStreams {
    package typealias Open = () throws(SystemError) -> FileDescriptor

    /// Opens the client's standard input for a command that reads a file.
    package let openInput: Open
    /// `nil` if standard output carries a reply, which contains everything that is printed.
    package let output: Output?

    package struct Output {
        /// Opens the client's standard output for a command that writes a file.
        let open: Open
        /// Writes a text at once: it must not wait for the end of the command.
        let write: (_ text: String, _ stream: ShellOutput.Stream) -> Void
        /// Whether errors go to a terminal, on which a line of progress overwrites the one before.
        let errorsAreTerminal: Bool

        package init(
            open: @escaping Open, errorsAreTerminal: Bool,
            write: @escaping (_ text: String, _ stream: ShellOutput.Stream) -> Void
        ) {
            self.open = open
            self.errorsAreTerminal = errorsAreTerminal
            self.write = write
        }
    }

    package init(openInput: @escaping Open, output: Output?) {
        self.openInput = openInput
        self.output = output
    }
}
