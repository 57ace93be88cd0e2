import Synchronization
package import System

/// A background process, `atex-virt-helper clean-up`, that undoes the unfinished steps of ended
/// sessions. It loads libvirt, waits for the daemon, and goes on if this process ends.
package enum BackgroundCleanUp {
    /// How long it tries.
    private static let seconds = 600
    /// It runs for at least a second more than this, and also undoes what is left to it in that
    /// time.
    private static let shortest = Duration.seconds(4)
    private static let lastStart = Mutex<ContinuousClock.Instant?>(nil)

    /// Starts it, unless this process has just done so. Returns its output, to which it writes a
    /// line when it has tried everything once; `nil` if it was not started now.
    @discardableResult
    package static func start() -> FileDescriptor? {
        guard Journal.current != nil else { return nil }
        let isRunning = lastStart.withLock { last in
            if let last, .now - last < shortest { return true }
            last = .now
            return false
        }
        guard !isRunning else { return nil }
        do throws(SystemError) {
            return try DetachedProcess.startSelf(["clean-up", String(seconds)])
        } catch { return nil }
    }
}
