import InstallMedia
import Libvirt
import Lifetime
import Synchronization

/// The temporary files of an installation, at a place where the hypervisor can read them. A
/// rollback on another thread may remove them.
final class ScratchArea: Sendable {
    private let connection: Connection
    private let isRemote: Bool
    private let isPrivileged: Bool
    private let isXen: Bool
    private let canUpload: Bool
    private let current = Mutex<ScratchFiles?>(nil)
    private let uploads: UploadedFiles

    init(_ host: TargetHost) {
        // The pool of scratch files is granted to no role, and holds only files of this program.
        connection = host.connection.unfiltered
        isRemote = host.isRemote
        isPrivileged = host.isPrivileged
        isXen = host.isXen
        canUpload = !host.isTest
        uploads = UploadedFiles(makesPools: host.gate.makesPools)
    }

    /// The files on this host. The directory is chosen at the first use.
    func files() throws -> ScratchFiles {
        if let known = current.withLock({ $0 }) { return known }
        let directory = try ScratchDirectory(privileged: isPrivileged, xen: isXen)
        // A process that was killed could not remove its files.
        ScratchFiles.removeLeftovers(in: directory.path)
        let files = ScratchFiles(in: directory)
        current.withLock { $0 = files }
        return files
    }

    /// The paths at which the hypervisor finds files of this host. Uploads them if the guest runs
    /// on another host, or if the system's daemon cannot read our directory. virt-install 4.1.0:
    /// `_should_upload_media`.
    func visible(_ paths: [String], progress: TransferProgress) throws -> [String] {
        let directory = try files().directory
        // The test driver does not support uploads.
        guard canUpload, isRemote || (isPrivileged && !directory.isSystem) else { return paths }
        return try uploads.upload(
            paths, to: directory.systemPath, connection, progress: progress)
    }

    /// Removes all of them.
    func remove() {
        uploads.removeAll()
        current.withLock { $0 }?.removeAll()
    }
}

/// Runs `body` with a scratch area, and removes its files afterwards, also if `body` fails or the
/// client disconnects.
func withScratchArea<Value>(
    _ host: TargetHost, _ body: (ScratchArea) throws -> Value
) throws -> Value {
    let scratch = ScratchArea(host)
    let rollback = Rollback { scratch.remove() }
    let value = try body(scratch)
    scratch.remove()
    rollback.commit()
    return value
}
