package import System
import Text

/// The files that options name and that this process reads, e.g. `--initrd-inject ks.cfg`.
///
/// The process's own descriptors 0 to 2 are `/dev/null` during a session, so a name like
/// `/dev/stdin` is either the client's standard input or an error.
package struct InputFiles {
    package typealias Open = () throws(SystemError) -> FileDescriptor

    /// Opens the client's standard input; `nil` in the line protocol, where it carries requests.
    private let openInput: Open?
    /// Whether only uploaded files may be read.
    private let areUploads: Bool

    /// Files for the line protocol: a relative name is that of an uploaded file.
    package static var lineProtocol: InputFiles { InputFiles(openInput: nil, areUploads: false) }

    /// Files for a client with a role: regular files of the session's directory, by their names.
    package static var uploads: InputFiles { InputFiles(openInput: nil, areUploads: true) }

    /// Files for a command in words. It has no uploaded files, so a relative name names nothing.
    package static func words(openInput: @escaping Open) -> InputFiles {
        InputFiles(openInput: openInput, areUploads: false)
    }

    /// Opens a file for reading.
    func open(_ path: String) throws(MediaError) -> FileDescriptor {
        if areUploads { return try openUpload(path) }
        let stream = try clientStream(path)
        do throws(SystemError) {
            if let stream { return try stream() }
            if let file = try FileDescriptor.reading(foreign: path) { return file }
        } catch { throw failure(error, path) }
        throw MediaError(
            .absent,
            OwnFiles.objection(to: path)
                ?? "cannot use '\(path)': the session itself has this file open")
    }

    private func openUpload(_ name: String) throws(MediaError) -> FileDescriptor {
        guard let file = FileName(name) else {
            throw MediaError(.denied, "'\(name)' is not the name of an uploaded file")
        }
        do throws(SystemError) {
            // The session's directory is the working directory.
            return try Directory(".").open(file.text)
        } catch {
            guard error.condition == .notFound else {
                throw MediaError(.denied, "'\(name)' is not the name of an uploaded file")
            }
            throw failure(error, name)
        }
    }

    /// Opens the client's standard input if the path names it; `nil` if it names a file.
    private func clientStream(_ path: String) throws(MediaError) -> Open? {
        guard let descriptor = DescriptorPath(path) else { return nil }
        guard let openInput else { throw carriesRequests(path) }
        guard descriptor.stream == .input else {
            throw MediaError(
                .absent,
                "cannot read '\(path)': of the client's streams only /dev/stdin can be read")
        }
        return openInput
    }

    /// The contents of a file; fails if it has more than `limit` bytes.
    package func contents(of path: String, limit: Int) throws(MediaError) -> [UInt8] {
        let file = try open(path)
        do throws(SystemError) { return try file.contents(limit: limit) } catch {
            throw failure(error, path)
        }
    }

    /// In Python's words, except for a file that the client has, but not this host.
    func failure(_ error: SystemError, _ path: String) -> MediaError {
        if openInput != nil, error.condition == .notFound, !path.hasPrefix("/") {
            return MediaError(
                .absent,
                "there is no file '\(path)' on this host: \(Self.relativeNames); give an absolute "
                    + "path on this host, or /dev/stdin to send the file")
        }
        return MediaError(.absent, "[Errno \(error.number)] \(error.message): '\(path)'")
    }

    private static let relativeNames =
        "a relative name is that of a file from 'upload', in a session of the line protocol"

    /// Throws an error if a path cannot be that of a medium, a disk or another file that libvirt or
    /// the guest opens, or that is read more than once.
    package func checkPlace(_ path: String) throws(MediaError) {
        // A role permits only volumes and URLs, and decides about them.
        if areUploads { return }
        let scheme = "file://"
        let file = path.hasPrefix(scheme) ? String(path.dropFirst(scheme.count)) : path
        if DescriptorPath(file) != nil {
            guard openInput != nil else { throw carriesRequests(path) }
            throw MediaError(
                .absent,
                "cannot use '\(path)': standard input is not a file; store the data on this host "
                    + "with 'upload-volume' and give the path of the volume")
        }
        if let message = OwnFiles.objection(toPlace: file) {
            throw MediaError(.absent, message)
        }
        // The session's directory, where a relative name begins, is removed with the command.
        guard openInput == nil || path.isEmpty || path.hasPrefix("/") || isURL(path)
        else {
            throw MediaError(
                .absent,
                "there is no file '\(path)' on this host: \(Self.relativeNames); give an absolute "
                    + "path on this host; 'upload-volume' stores a file in a volume")
        }
    }

    private func carriesRequests(_ path: String) -> MediaError {
        MediaError(
            .absent,
            "cannot use '\(path)': standard input and output carry the requests and replies; use "
                + "'upload' for a file that an option names, and 'upload-volume' for a disk or an "
                + "image")
    }
}
