package import Host
import Synchronization

/// Where files go that a guest is to read while it is installed.
package struct ScratchDirectory: Hashable, Sendable {
    package let path: String
    /// Where the guests of a system's libvirt daemon look for such files.
    package let systemPath: String

    package var isSystem: Bool { path == systemPath }

    /// The system's directory where it is there and we may write to it and the connection is one
    /// to a system's daemon, else one of the user's, which is made.
    /// virt-install 4.1.0: `make_scratchdir`.
    package init(privileged: Bool, xen: Bool) throws(MediaError) {
        systemPath = xen ? "/var/lib/xen" : "/var/lib/libvirt/boot"
        if privileged, pathExists(systemPath), isWritable(systemPath) {
            path = systemPath
            return
        }
        let cache =
            ProcessInformation.environment("XDG_CACHE_HOME")
            ?? (ProcessInformation.environment("HOME") ?? ProcessInformation.homeDirectory() ?? "")
            + "/.cache"
        path = cache + "/virt-manager/boot"
        do throws(SystemError) { try Directory.make(path) } catch {
            throw MediaError(
                .unwritable, "cannot make the scratch directory '\(path)': \(error.message)")
        }
    }

    /// An existing directory, for what needs no guest.
    package init(existing path: String) {
        self.path = path
        systemPath = path
    }
}

/// Files that live only as long as an installation needs them.
package final class ScratchFiles: Sendable {
    package let directory: ScratchDirectory
    private let paths = Mutex<[String]>([])

    package init(in directory: ScratchDirectory) { self.directory = directory }

    deinit { removeAll() }

    /// Makes an empty file that ends with `name` and hands it to `fill`; removes it again where
    /// that fails. Returns its path, e.g. `/var/lib/libvirt/boot/virtinst-a8_k2m0x-vmlinuz`.
    package func make(
        _ name: String, _ fill: (borrowing OpenFile) throws(MediaError) -> Void
    ) throws(MediaError) -> String {
        while true {
            let path = "\(directory.path)/virtinst-\(randomLetters())-\(name)"
            // Before there is one: whoever ends us from another thread is to know it.
            paths.withLock { $0.append(path) }
            guard try make(at: path, fill) else { continue }
            return path
        }
    }

    /// Whether that name was free.
    private func make(
        at path: String, _ fill: (borrowing OpenFile) throws(MediaError) -> Void
    ) throws(MediaError) -> Bool {
        // Once they are being removed, no new one comes.
        let made = Result { () throws(SystemError) in
            try Lifeline.step { () throws(SystemError) in
                try OpenFile.creating(path, mode: 0o600)
            }
        }
        switch consume made {
        case .success(let file):
            do throws(MediaError) { try fill(file) } catch {
                remove(path)
                throw error
            }
            return true
        case .failure(let error):
            forget(path)
            if error.isExisting { return false }
            throw MediaError(.unwritable, "cannot make '\(path)': \(error.message)")
        }
    }

    /// Removes all that are left.
    package func removeAll() {
        for path in paths.withLock({ $0 }) { remove(path) }
    }

    private func remove(_ path: String) {
        do throws(SystemError) { try removeFile(path) } catch {
            // It is in a directory that we may no longer change; nothing else can be done.
        }
        forget(path)
    }

    private func forget(_ path: String) { paths.withLock { $0.removeAll { $0 == path } } }
}

/// Eight letters of those that Python's `tempfile` takes: people know such names.
private func randomLetters() -> String {
    let letters = Array("abcdefghijklmnopqrstuvwxyz0123456789_")
    return String((0..<8).map { _ in letters[Int.random(in: letters.indices)] })
}

/// Writes to a scratch file, saying which it was that could not be written.
func write(
    _ bytes: Span<UInt8>, to file: borrowing OpenFile, of directory: ScratchDirectory
) throws(MediaError) {
    do throws(SystemError) { try file.write(bytes) } catch {
        throw MediaError(
            .unwritable, "cannot write to '\(directory.path)': \(error.message)")
    }
}
