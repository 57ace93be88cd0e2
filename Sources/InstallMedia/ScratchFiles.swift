package import Host
import Synchronization

/// Where files go that a guest is to read while it is installed.
package struct ScratchDirectory: Hashable, Sendable {
    package let path: String
    /// Where the guests of a system's libvirt daemon look for such files.
    package let systemPath: String

    package var isSystem: Bool { path == systemPath }

    private static func systemPath(xen: Bool) -> String {
        xen ? "/var/lib/xen" : "/var/lib/libvirt/boot"
    }

    private static var userPath: String {
        let cache =
            ProcessInformation.environment("XDG_CACHE_HOME")
            ?? (ProcessInformation.environment("HOME") ?? ProcessInformation.homeDirectory() ?? "")
            + "/.cache"
        return cache + "/virt-manager/boot"
    }

    /// The system's directory where it is there and we may write to it and the connection is one
    /// to a system's daemon, else one of the user's, which is made.
    /// virt-install 4.1.0: `make_scratchdir`.
    package init(privileged: Bool, xen: Bool) throws(MediaError) {
        systemPath = Self.systemPath(xen: xen)
        if privileged, pathExists(systemPath), isWritable(systemPath) {
            path = systemPath
            return
        }
        path = Self.userPath
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

    /// Removes what ended processes left in any of these directories.
    package static func removeLeft() {
        for path in [systemPath(xen: false), systemPath(xen: true), userPath] {
            ScratchFiles.removeLeft(in: path)
        }
    }
}

/// Files that live only as long as an installation needs them. Each is held meanwhile, so that what
/// a process left that was killed can be told from them.
package final class ScratchFiles: Sendable {
    package let directory: ScratchDirectory
    private let entries = Mutex<[Entry]>([])

    private struct Entry {
        let path: String
        var hold: Hold?
    }

    package init(in directory: ScratchDirectory) { self.directory = directory }

    deinit { removeAll() }

    private static let prefix = "virtinst-"

    /// Removes what ended processes left in a directory; not what virt-install itself makes there.
    package static func removeLeft(in directory: String) {
        Hold.removeLeft(in: directory) { name in
            guard name.hasPrefix(prefix) else { return false }
            let random = name.dropFirst(prefix.count).prefix { $0 != "-" }
            return random.count == 8 && random.allSatisfy(letters.contains)
                && name.dropFirst(prefix.count + 8).hasPrefix("-")
        }
    }

    /// Makes an empty file that ends with `name` and hands it to `fill`; removes it again where
    /// that fails. Returns its path, e.g. `/var/lib/libvirt/boot/virtinst-QKMWXBTA-vmlinuz`.
    package func make(
        _ name: String, _ fill: (borrowing OpenFile) throws(MediaError) -> Void
    ) throws(MediaError) -> String {
        while true {
            let random = String((0..<8).map { _ in Self.letters.randomElement() ?? "A" })
            let path = "\(directory.path)/\(Self.prefix)\(random)-\(name)"
            // Before there is one: whoever ends us from another thread is to know it.
            entries.withLock { $0.append(Entry(path: path)) }
            guard try make(at: path, fill) else { continue }
            return path
        }
    }

    /// Capitals, which Python's `tempfile` never takes: what virt-install makes has other names.
    private static let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ")

    /// How the copy of such a file is called that goes to a host where nobody holds it: so that
    /// none of our sessions there takes it for left.
    static func nameOfCopy(of path: String) -> String {
        let name = baseName(of: path)
        let own = prefix.count + 8
        return name.prefix(own).lowercased() + name.dropFirst(own)
    }

    /// Whether that name was free.
    private func make(
        at path: String, _ fill: (borrowing OpenFile) throws(MediaError) -> Void
    ) throws(MediaError) -> Bool {
        // Once they are being removed, no new one comes.
        let made = Result { () throws(SystemError) in
            try Lifeline.step { () throws(SystemError) in
                let file = try OpenFile.creating(path, mode: 0o600)
                do throws(SystemError) {
                    guard let hold = try Hold(path) else { throw .exists }
                    entries.withLock { entries in
                        let index = entries.lastIndex { $0.path == path }
                        if let index { entries[index].hold = hold }
                    }
                } catch {
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
            throw MediaError(.unwritable, "cannot make '\(path)': \(error.message)")
        }
    }

    /// Removes all that are left.
    package func removeAll() {
        for entry in entries.withLock({ $0 }) { remove(entry.path) }
    }

    private func remove(_ path: String) {
        do throws(SystemError) { try removeFile(path) } catch {
            // It is in a directory that we may no longer change; nothing else can be done.
        }
        forget(path)
    }

    private func forget(_ path: String) {
        entries.withLock { $0.removeAll { $0.path == path } }
    }
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
