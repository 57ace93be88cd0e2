/// Where a run reports: lines for a person, as virt-install writes them on stdout and stderr.
package final class InstallOutput {
    /// Writes a piece of text as it is; may be called with a part of a line.
    private let write: (String) -> Void
    private let writeBytes: (ArraySlice<UInt8>) -> Void
    /// Keeps all but errors and results back.
    package var isQuiet = false
    /// Tells what is found out on the way, too.
    package var isVerbose = false

    /// `writeBytes` gets what a guest's console said, as it is.
    package init(
        write: @escaping (String) -> Void,
        writeBytes: ((ArraySlice<UInt8>) -> Void)? = nil
    ) {
        self.write = write
        self.writeBytes = writeBytes ?? { write(String(decoding: $0, as: UTF8.self)) }
    }

    /// A step that was reached: a line unless the run is quiet.
    package func say(_ text: String) { if !isQuiet { write(text + "\n") } }

    /// A result that was asked for: a line, quiet or not.
    package func result(_ text: String) { write(text + "\n") }

    /// Text as it is, e.g. progress.
    package func raw(_ text: String) { write(text) }

    /// What a guest's console said.
    func bytes(_ bytes: ArraySlice<UInt8>) { writeBytes(bytes) }

    package func warn(_ text: String) { if !isQuiet { write("WARNING  \(text)\n") } }

    /// What only somebody who looks for a mistake wants to know: a line, quiet or not.
    package func debug(_ text: @autoclosure () throws -> String) rethrows {
        if isVerbose { write("DEBUG    \(try text())\n") }
    }

    package func error(_ text: String) { write("ERROR    \(text)\n") }
}
