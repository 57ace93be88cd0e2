import Libvirt
import System

// Commands open the files that their arguments name only here. The process's descriptors 0 to 2 are
// `/dev/null` during a session, so opening `/dev/stdin` or `/dev/stdout` would read nothing, or
// lose what is written.

extension Shell {
    /// The text of a file; fails if it is larger than 10 MiB.
    /// virsh 9.0.0: VSH_MAX_XML_FILE.
    func text(ofFile path: String) throws(CommandFailure) -> String {
        try text(ofFile: path, limit: 10 << 20)
    }

    /// The text of a file; fails if it is larger than `limit` bytes.
    /// libvirt 9.0.0: `virFileReadAll`.
    func text(ofFile path: String, limit: Int) throws(CommandFailure) -> String {
        let stream = try clientStream(forReading: path)
        var action = "open"
        do throws(SystemError) {
            let file = if let stream { try stream() } else { try FileDescriptor.reading(path) }
            action = "read"
            return String(escapingBytes: try file.contents(limit: limit))
        } catch {
            LibvirtError(
                code: .systemError, message: "Failed to \(action) file '\(path)': \(error.message)"
            ).report()
            throw .silent
        }
    }

    /// Opens a file for reading. Fails with `line` alone, because virsh does not print the reason.
    func fileToRead(
        _ path: String, _ line: @autoclosure () -> String
    ) throws(CommandFailure) -> FileDescriptor {
        let stream = try clientStream(forReading: path)
        do throws(SystemError) {
            if let stream { return try stream() }
            return try FileDescriptor.reading(path)
        } catch { throw CommandFailure(line()) }
    }

    /// Creates a file, or empties the one that exists. Sets `isNew` if it was created. Fails with
    /// `line` alone, because virsh does not print the reason.
    func fileToWrite(
        _ path: String, isNew: inout Bool, _ line: @autoclosure () -> String
    ) throws(CommandFailure) -> FileDescriptor {
        try checkLocation(ofOutput: path)
        let stream = try clientStream(forWriting: path)
        isNew = false
        do throws(SystemError) {
            if let stream {
                // Messages and empty lines would become part of the data.
                isQuiet = true
                return try stream()
            }
            // Create it exclusively first: only a file that is new may be removed on failure.
            do throws(SystemError) {
                let file = try FileDescriptor.creating(path)
                isNew = true
                return file
            } catch {
                guard error.isExisting else { throw error }
                return try FileDescriptor.replacing(path)
            }
        } catch { throw CommandFailure(line()) }
    }

    /// Refuses an output file with a relative name in words: it would be in the session's directory,
    /// which is removed when the command ends. `isDaemons`: libvirt's daemon writes it.
    func checkLocation(
        ofOutput path: String, isDaemons: Bool = false
    ) throws(CommandFailure) {
        guard let clientStreams, !path.hasPrefix("/") else { return }
        let mayBeStream = !isDaemons && clientStreams.output != nil
        throw CommandFailure(
            "the file '\(path)' would be lost, because the session's directory is removed at the "
                + "end of this command; give an absolute path on the host"
                + (mayBeStream ? ", or /dev/stdout to receive the data" : ""))
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
