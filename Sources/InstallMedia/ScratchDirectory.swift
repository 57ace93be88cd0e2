import System

/// The directory of the files that a guest reads during its installation.
package struct ScratchDirectory: Hashable, Sendable {
    package let path: String
    /// The directory that guests of the system's libvirt daemon can read.
    package let systemPath: String

    /// Whether it is the one of the system, not of the user.
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

    /// The system's directory, if the connection is to a system daemon and the directory exists and
    /// can be written; otherwise a directory of the user, which is created.
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
                .unwritable, "cannot create the scratch directory '\(path)': \(error.message)")
        }
    }

    /// An existing directory, for files that no guest reads.
    package init(existing path: String) {
        self.path = path
        systemPath = path
    }

    /// Removes the files of ended processes from all of these directories.
    package static func removeLeft() {
        for path in [systemPath(xen: false), systemPath(xen: true), userPath] {
            ScratchFiles.removeLeftovers(in: path)
        }
    }
}
