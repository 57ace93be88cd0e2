/// The output of a run: lines for the user, in the form of virt-install's stdout and stderr.
package final class InstallOutput {
    /// Writes text, which may be a part of a line.
    private let write: (String) -> Void
    private let writeBytes: (ArraySlice<UInt8>) -> Void
    /// Writes only errors and results.
    package var isQuiet = false
    /// Writes debug messages, too.
    package var isVerbose = false

    /// `writeBytes` gets the raw output of a guest's console; by default it is written as text.
    package init(
        write: @escaping (String) -> Void,
        writeBytes: ((ArraySlice<UInt8>) -> Void)? = nil
    ) {
        self.write = write
        self.writeBytes = writeBytes ?? { write(String(decoding: $0, as: UTF8.self)) }
    }

    /// Writes a line about the progress of the run, unless the run is quiet.
    package func say(_ text: String) { if !isQuiet { write(text + "\n") } }

    /// Writes a result that the user asked for.
    package func result(_ text: String) { write(text + "\n") }

    /// Writes text without a line end, e.g. of the progress meter.
    package func raw(_ text: String) { write(text) }

    /// Writes output of a guest's console.
    func bytes(_ bytes: ArraySlice<UInt8>) { writeBytes(bytes) }

    /// Writes a warning, unless the run is quiet.
    package func warn(_ text: String) { if !isQuiet { write("WARNING  \(text)\n") } }

    /// Writes a debug message if the run is verbose, even if it is quiet, too.
    package func debug(_ text: @autoclosure () throws -> String) rethrows {
        if isVerbose { write("DEBUG    \(try text())\n") }
    }

    /// Writes an error message.
    package func error(_ text: String) { write("ERROR    \(text)\n") }
}
