import Confinement
import Libvirt
import Lifetime
import Policy
import System
import Text

// Commands open the files that their arguments name only here. The process's descriptors 0 to 2 are
// `/dev/null` during a session, so opening `/dev/stdin` or `/dev/stdout` would read nothing, or
// lose what is written.
//
// With a role they are files of the session's directory, which is the working directory: names
// without a `/`, and no links.

extension Shell {
    /// Changes the working directory until the end of the request.
    func changeDirectory(to path: String) throws(SystemError) {
        let before = currentDirectory()
        try WorkingDirectory.enter(path)
        directoryBefore = directoryBefore ?? before
    }

    /// Returns to the session's working directory.
    func restoreDirectory() {
        guard let before = directoryBefore else { return }
        directoryBefore = nil
        do throws(SystemError) { try Directory.enter(before) } catch {
            printError("cannot return to the directory '\(before)': \(error.message)")
        }
    }

    /// The text of a file that the client named; fails if it is larger than 10 MiB.
    /// virsh 9.0.0: VSH_MAX_XML_FILE.
    func text(ofFile path: String) throws -> String {
        try text(ofFile: path, limit: 10 << 20)
    }

    /// The text of a file that the client named; fails if it is larger than `limit` bytes.
    func text(ofFile path: String, limit: Int) throws -> String {
        try text(ofFile: path, limit: limit) { try openToRead(path) }
    }

    /// The text of the file that `open` opens.
    /// libvirt 9.0.0: `virFileReadAll`.
    func text(
        ofFile path: String, limit: Int, _ open: () throws -> FileDescriptor
    ) throws -> String {
        var action = "open"
        do {
            let file = try open()
            action = "read"
            return String(escapingBytes: try file.contents(limit: limit))
        } catch let error as SystemError {
            LibvirtError(
                code: .systemError, message: "Failed to \(action) file '\(path)': \(error.message)"
            ).report()
            throw CommandFailure.silent
        }
    }

    /// Opens a file for reading. Fails with `line` alone, because virsh does not print the reason.
    func fileToRead(
        _ path: String, _ line: @autoclosure () -> String
    ) throws -> FileDescriptor {
        do { return try openToRead(path) } catch is SystemError { throw CommandFailure(line()) }
    }

    /// Creates a file, or empties the one that exists, and closes it after `write`. Like virsh,
    /// removes a new one if `write` fails. Fails with `line` alone if the file cannot be opened,
    /// because virsh does not print the reason.
    ///
    /// With a role the file must be new, and it gets its name when it is complete: no other request
    /// of the session reads a part of it.
    func writeFile(
        _ path: String, _ line: @autoclosure () -> String,
        _ write: (borrowing FileDescriptor) throws -> Void
    ) throws {
        try policy.checkFile(path)
        try checkLocation(ofOutput: path)
        guard policy.limits == nil else { return try writeNewFile(path, line(), write) }
        var isNew = false
        var isDone = false
        let file: FileDescriptor
        do { file = try openToWrite(path, isNew: &isNew) } catch is SystemError {
            throw CommandFailure(line())
        }
        // A failure of that is ignored, as by virsh.
        defer { if isNew, !isDone { do { try removeFile(path) } catch {} } }
        try write(file)
        do { try file.close() } catch { throw CommandFailure("cannot close file \(path)") }
        isDone = true
    }

    private func writeNewFile(
        _ path: String, _ line: String, _ write: (borrowing FileDescriptor) throws -> Void
    ) throws {
        try gate.willMakeFile(named: path)
        guard !pathExists(path) else { throw isTaken(path) }
        let file: AtomicFile
        do throws(SystemError) { file = try AtomicFile(in: Directory(".")) } catch {
            throw CommandFailure(line)
        }
        try write(file.descriptor)
        do throws(SystemError) { try file.publish(as: path, replacing: false) } catch {
            throw error == .exists ? isTaken(path) : CommandFailure(line)
        }
    }

    private func isTaken(_ path: String) -> Denial {
        Denial("file '\(path)' exists; name a new file")
    }

    private func openToRead(_ path: String) throws -> FileDescriptor {
        try policy.checkFile(path)
        if policy.limits != nil { return try Directory(".").open(path) }
        if let stream = try clientStream(forReading: path) { return try stream() }
        guard let file = try FileDescriptor.reading(foreign: path) else { throw isInUse(path) }
        return file
    }

    private func openToWrite(_ path: String, isNew: inout Bool) throws -> FileDescriptor {
        if let stream = try clientStream(forWriting: path) {
            // Messages and empty lines would become part of the data.
            isQuiet = true
            return try stream()
        }
        if let message = OwnFiles.objection(to: path) { throw CommandFailure(message) }
        // Create it exclusively first: only a file that is new may be removed on failure.
        do throws(SystemError) {
            let file = try FileDescriptor.creating(path)
            isNew = true
            return file
        } catch {
            guard error.isExisting else { throw error }
        }
        guard let file = try FileDescriptor.replacing(foreign: path) else { throw isInUse(path) }
        return file
    }

    /// Fails if libvirt's test driver would read its host from a file that the session has open.
    func checkFile(ofURI text: String) throws(LibvirtError) {
        let uri = URI(text)
        let path = percentDecoded(uri.path)
        // libvirt itself reads keys, lists of known hosts and passwords from files.
        let values = uri.query.split(separator: "&").map { parameter in
            percentDecoded(String(parameter.drop { $0 != "=" }.dropFirst()))
        }
        let files = (uri.driver == "test" ? [path] : []) + values
        for file in files where file.hasPrefix("/") {
            guard let message = OwnFiles.objection(to: file) else { continue }
            let error = LibvirtError(code: .systemError, message: message)
            error.report()
            throw error
        }
    }

    /// The message is the same whether the file is open or not: it may be closed by now.
    private func isInUse(_ path: String) -> CommandFailure {
        CommandFailure(
            OwnFiles.objection(to: path)
                ?? "cannot use '\(path)': the session itself has this file open")
    }

    /// Refuses an output file with a relative name in words: it would be in the session's
    /// directory, which is removed when the command ends. `isDaemons`: libvirt's daemon writes it.
    func checkLocation(
        ofOutput path: String, isDaemons: Bool = false
    ) throws(CommandFailure) {
        guard let clientStreams, !path.hasPrefix("/") else { return }
        var message =
            "the file '\(path)' would be lost, because the session's directory is removed at the "
            + "end of this command"
        if policy.limits == nil {
            message += "; give an absolute path on the host"
            let mayBeStream = !isDaemons && clientStreams.output != nil
            if mayBeStream { message += ", or /dev/stdout to receive the data" }
        }
        throw CommandFailure(message)
    }

    /// Opens the client's standard input if `path` names it; `nil` if it names a file.
    private func clientStream(
        forReading path: String
    ) throws(CommandFailure) -> ClientStreams.Open? {
        guard let descriptor = DescriptorPath(path) else { return nil }
        guard descriptor.stream == .input else { throw notReadable(path, descriptor) }
        guard let clientStreams else { throw carriesRequests(path) }
        return clientStreams.openInput
    }

    /// Opens the client's standard output if `path` names it; `nil` if it names a file.
    private func clientStream(
        forWriting path: String
    ) throws(CommandFailure) -> ClientStreams.Open? {
        guard let descriptor = DescriptorPath(path) else { return nil }
        guard descriptor.stream == .output else { throw notWritable(path, descriptor) }
        guard let open = clientStreams?.output?.open else { throw carriesRequests(path) }
        return open
    }

    private func carriesRequests(_ path: String) -> CommandFailure {
        CommandFailure(
            "cannot use '\(path)': standard input and output carry the requests and replies; use "
                + "'upload-volume' and 'download-volume' for a volume, and 'upload' for a file that "
                + "a command reads")
    }

    private func notReadable(_ path: String, _ descriptor: DescriptorPath) -> CommandFailure {
        if clientStreams == nil { return carriesRequests(path) }
        return CommandFailure(
            "cannot read '\(path)': of the client's streams only /dev/stdin can be read")
    }

    private func notWritable(_ path: String, _ descriptor: DescriptorPath) -> CommandFailure {
        if clientStreams == nil { return carriesRequests(path) }
        return CommandFailure(
            "cannot write '\(path)': of the client's streams only /dev/stdout can be written")
    }
}
