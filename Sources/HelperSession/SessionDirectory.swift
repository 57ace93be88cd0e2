package import Host
import InstallMedia

/// The directory that a session has of its own, for what its client uploads.
package struct SessionDirectory: Sendable {
    package let path: String
    private let hold: Hold

    private static let parent = "/var/tmp"
    private static let prefix = "atex-virt-helper-"

    /// Makes one for this session, and removes what sessions left that were killed.
    package init() throws(SystemError) {
        Self.removeLeft()
        while true {
            let path = try Directory.makeTemporary(prefix: "\(Self.parent)/\(Self.prefix)")
            guard let hold = try Hold(path) else { continue }
            self.path = path
            self.hold = hold
            return
        }
    }

    package func remove() { Directory.removeTree(path) }

    private static func removeLeft() {
        var inUse: Set<String>?
        let left = Hold.removeLeft(in: parent, where: isOurs) { path in
            // Older versions of this program hold nothing.
            let directories = inUse ?? ProcessTable.workingDirectories()
            inUse = directories
            return directories.contains { $0 == path || $0.hasPrefix(path + "/") }
        }
        if !left.isEmpty { ScratchDirectory.removeLeft() }
    }

    /// Not the original helper's, whose names end with eight characters: those are not held.
    private static func isOurs(_ name: String) -> Bool {
        name.hasPrefix(prefix) && name.utf8.count == prefix.utf8.count + 6
            && name.utf8.suffix(6).allSatisfy {
                (0x30...0x39).contains($0) || (0x61...0x7A).contains($0 | 0x20)
            }
    }
}
