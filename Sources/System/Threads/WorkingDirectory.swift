import CSystem
import Glibc
import Synchronization

/// Whose the working directory is: by default all threads of a process have one.
package enum WorkingDirectory {
    private static let isShared = Atomic(false)

    /// Gives this thread its own, so that `enter` changes it for no other thread.
    /// C: `unshare` with `CLONE_FS`.
    package static func makeOwn() {
        if atex_unshare_directory() != 0 { isShared.store(true, ordering: .relaxed) }
    }

    /// Changes that of this thread; `EBUSY` if a thread could not get its own. C: `chdir`.
    package static func enter(_ path: String) throws(SystemError) {
        guard !isShared.load(ordering: .relaxed) else { throw SystemError(number: EBUSY) }
        try Directory.enter(path)
    }
}
