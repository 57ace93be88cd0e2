import InstallMedia
package import System

/// The session's own directory, in which uploads are stored.
package struct SessionDirectory: Sendable {
    package let path: String
    private let lock: InUseLock

    private static let parent = "/var/tmp"
    private static let prefix = "atex-virt-helper-"

    /// Creates the directory and removes those of killed sessions.
    package init() throws(SystemError) {
        Self.removeLeftovers()
        while true {
            let path = try Directory.makeTemporary(prefix: "\(Self.parent)/\(Self.prefix)")
            // Another session may take a directory for a leftover before it is locked.
            guard let lock = try InUseLock(path) else { continue }
            self.path = path
            self.lock = lock
            return
        }
    }

    package func remove() { Directory.removeTree(path) }

    private static func removeLeftovers() {
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
