import Lifetime
import Synchronization
package import System

/// Temporary files of one installation. This process holds a lock on each (`InUseLock`): a file
/// without a lock was left by a process that was killed.
package final class ScratchFiles: Sendable {
    package let directory: ScratchDirectory
    private let entries = Mutex<[Entry]>([])

    private struct Entry {
        let path: String
        var hold: InUseLock?
    }

    package init(in directory: ScratchDirectory) { self.directory = directory }

    deinit { removeAll() }

    private static let prefix = "virtinst-"

    /// Removes the files of ended processes from a directory, but none of virt-install's own files
    /// there, which are never locked.
    package static func removeLeftovers(in directory: String) {
        InUseLock.removeLeftovers(in: directory) { name in
            guard name.hasPrefix(prefix) else { return false }
            let random = name.dropFirst(prefix.count).prefix { $0 != "-" }
            return random.count == 8 && random.allSatisfy(letters.contains)
                && name.dropFirst(prefix.count + 8).hasPrefix("-")
        }
    }

    /// Creates a file whose name ends with `name` and lets `fill` write it; removes it if that
    /// fails. Returns its path, e.g. `/var/lib/libvirt/boot/virtinst-QKMWXBTA-vmlinuz`.
    package func make(
        _ name: String, _ fill: (borrowing FileDescriptor) throws(MediaError) -> Void
    ) throws(MediaError) -> String {
        while true {
            let random = String((0..<8).map { _ in Self.letters.randomElement() ?? "A" })
            let path = "\(directory.path)/\(Self.prefix)\(random)-\(name)"
            // Registered before it exists: the thread that cleans up after a signal must know of
            // it.
            entries.withLock { $0.append(Entry(path: path)) }
            guard try make(at: path, fill) else { continue }
            return path
        }
    }

    /// Capitals, because Python's `tempfile` never uses them: virt-install's names are different.
    private static let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ")

    /// The name for a copy on another host. No process there holds a lock on the copy, so its name
    /// must not look like ours, or a session of that host would remove it.
    static func nameOfCopy(of path: String) -> String {
        let name = baseName(of: path)
        let own = prefix.count + 8
        return name.prefix(own).lowercased() + name.dropFirst(own)
    }

    /// Returns false if the name is taken.
    private func make(
        at path: String, _ fill: (borrowing FileDescriptor) throws(MediaError) -> Void
    ) throws(MediaError) -> Bool {
        // A clean-up waits until the file is registered with its lock; after that no file is made.
        let made = Result { () throws(SystemError) in
            try CriticalSection.run { () throws(SystemError) in
                let file = try FileDescriptor.creating(path, mode: 0o600)
                do throws(SystemError) {
                    guard let hold = try InUseLock(path) else { throw .exists }
                    entries.withLock { entries in
                        let index = entries.lastIndex { $0.path == path }
                        if let index { entries[index].hold = hold }
                    }
                } catch {
                    // "Exists" means that another process removed our file before we locked it.
                    if !error.isExisting { try removeFile(path) }
                    throw error
                }
                return file
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
            throw MediaError(.unwritable, "cannot create '\(path)': \(error.message)")
        }
    }

    /// Removes all files.
    package func removeAll() {
        for entry in entries.withLock({ $0 }) { remove(entry.path) }
    }

    private func remove(_ path: String) {
        do throws(SystemError) { try removeFile(path) } catch {
            // We may no longer change the directory: the file has to stay.
        }
        forget(path)
    }

    private func forget(_ path: String) {
        entries.withLock { $0.removeAll { $0.path == path } }
    }
}

/// Writes to a scratch file; the error names its directory.
func write(
    _ bytes: Span<UInt8>, to file: borrowing FileDescriptor, of directory: ScratchDirectory
) throws(MediaError) {
    do throws(SystemError) { try file.write(bytes) } catch {
        throw MediaError(
            .unwritable, "cannot write to '\(directory.path)': \(error.message)")
    }
}
