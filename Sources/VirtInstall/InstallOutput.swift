/// The output of a run: lines for the user, split as virt-install 4.1.0 does. Results, progress and
/// the console go to standard output; warnings, errors and debug messages go to standard error.
package final class InstallOutput {
    /// Where virt-install writes a text.
    package enum Stream {
        case standard, error
        /// Standard output, with the control characters of the progress meter.
        case progress
    }

    /// Writes text, which may be a part of a line.
    private let write: (String, Stream) -> Void
    private let writeBytes: (ArraySlice<UInt8>) -> Void
    /// Writes only errors and results.
    package var isQuiet = false
    /// Writes debug messages, too.
    package var isVerbose = false

    /// `writeBytes` gets the raw output of a guest's console; by default it is written as text.
    package init(
        write: @escaping (String, Stream) -> Void,
        writeBytes: ((ArraySlice<UInt8>) -> Void)? = nil
    ) {
        self.write = write
        self.writeBytes = writeBytes ?? { write(String(decoding: $0, as: UTF8.self), .standard) }
    }

    /// Writes a line about the progress of the run, unless the run is quiet.
    package func say(_ text: String) { if !isQuiet { write(text + "\n", .standard) } }

    /// Writes a result that the user asked for.
    package func result(_ text: String) { write(text + "\n", .standard) }

    /// Writes a text of the progress meter, which may lack a line end, unless the run is quiet.
    func progress(_ text: String) { if !isQuiet { write(text, .progress) } }

    /// Writes lines about a failure that have no prefix, such as a usage error.
    func failure(_ text: String) { write(text, .error) }

    /// Writes output of a guest's console.
    func bytes(_ bytes: ArraySlice<UInt8>) { writeBytes(bytes) }

    /// Writes a warning, unless the run is quiet.
    package func warn(_ text: String) { if !isQuiet { write("WARNING  \(text)\n", .error) } }

    /// Writes a debug message if the run is verbose, even if it is quiet, too.
    package func debug(_ text: @autoclosure () throws -> String) rethrows {
        if isVerbose { write("DEBUG    \(try text())\n", .error) }
    }

    /// Writes an error message.
    package func error(_ text: String) { write("ERROR    \(text)\n", .error) }
}
