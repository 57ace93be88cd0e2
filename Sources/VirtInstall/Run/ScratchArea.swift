import Host
import InstallMedia
import Libvirt
import Synchronization

/// Where the files of an installation lie, so that the host of the guests can read them; safe to
/// be removed by another thread.
final class ScratchArea: Sendable {
    private let connection: Connection
    private let isRemote: Bool
    private let isPrivileged: Bool
    private let isXen: Bool
    private let canUpload: Bool
    private let made = Mutex<ScratchFiles?>(nil)
    private let uploads = UploadedFiles()

    init(_ host: TargetHost) {
        connection = host.connection
        isRemote = host.isRemote
        isPrivileged = host.isPrivileged
        isXen = host.isXen
        canUpload = !host.isTest
    }

    /// The files on this host; the directory is looked for when it is first needed.
    func files() throws -> ScratchFiles {
        if let known = made.withLock({ $0 }) { return known }
        let directory = try ScratchDirectory(privileged: isPrivileged, xen: isXen)
        ScratchFiles.removeLeft(in: directory.path)
        let files = ScratchFiles(in: directory)
        made.withLock { $0 = files }
        return files
    }

    /// The paths by which the host of the guests reaches files of this host: it may be another, or
    /// its daemon may not look where we can write. virt-install 4.1.0: `_should_upload_media`.
    func visible(_ paths: [String], progress: Progress) throws -> [String] {
        let directory = try files().directory
        guard canUpload, isRemote || (isPrivileged && !directory.isSystem) else { return paths }
        return try uploads.upload(
            paths, to: directory.systemPath, connection, progress: progress)
    }

    /// Removes all of them.
    func remove() {
        uploads.removeAll()
        made.withLock { $0 }?.removeAll()
    }
}

/// Runs `body` with a place for files, which are removed at its end, however that comes.
func withScratchArea<Value>(
    _ host: TargetHost, _ body: (ScratchArea) throws -> Value
) throws -> Value {
    let scratch = ScratchArea(host)
    let undo = Undo { scratch.remove() }
    let value = try body(scratch)
    scratch.remove()
    undo.forget()
    return value
}
