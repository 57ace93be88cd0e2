import InstallMedia
package import Protocol
package import System

/// The session's own directory, in which uploads are stored.
package struct SessionDirectory: Sendable {
    package let path: String
    private let lock: InUseLock

    package static let usualParent = "/var/tmp"
    private static let prefix = "atex-virt-helper-"

    /// Creates the directory and removes those of killed sessions. If `parent` cannot be written,
    /// the directory is in the state directory, wherever `TMPDIR` is.
    package init(
        in parent: String = Self.usualParent, otherwise state: StateDirectory
    ) throws(RequestError) {
        Self.removeLeftovers(in: parent)
        do throws(SystemError) { (path, lock) = try Self.make(in: parent) } catch let problem {
            let fallback = state.temporary
            do throws(SystemError) {
                try Directory.make(fallback, mode: StateDirectory.directoryMode)
                Self.removeLeftovers(in: fallback)
                (path, lock) = try Self.make(in: fallback)
            } catch {
                throw RequestError(
                    "cannot make the session's directory in '\(parent)': \(problem.message); and in "
                        + "'\(fallback)'", error)
            }
        }
    }

    private static func make(
        in parent: String
    ) throws(SystemError) -> (path: String, lock: InUseLock) {
        while true {
            let path = try Directory.makeTemporary(prefix: "\(parent)/\(prefix)")
            // Another session may take a directory for a leftover before it is locked.
            if let lock = try InUseLock(path) { return (path, lock) }
        }
    }

    package func remove() { Directory.removeTree(path) }

    private static func removeLeftovers(in parent: String) {
        var workingDirectories: Set<String>?
        let removed = InUseLock.removeLeftovers(in: parent, where: isOurs) { path in
            // Older versions of this program do not lock their directories, but work in them.
            // Read once, and only if there is a candidate: it takes a look at every process.
            let directories = workingDirectories ?? ProcessTable.workingDirectories()
            workingDirectories = directories
            return directories.contains { $0 == path || $0.hasPrefix(path + "/") }
        }
        if !removed.isEmpty { ScratchDirectory.removeLeft() }
    }

    /// False for the directories of the original helper, whose names end with eight characters:
    /// they are not locked.
    private static func isOurs(_ name: String) -> Bool {
        name.hasPrefix(prefix) && name.utf8.count == prefix.utf8.count + 6
            && name.utf8.suffix(6).allSatisfy {
                (0x30...0x39).contains($0) || (0x61...0x7A).contains($0 | 0x20)
            }
    }
}
