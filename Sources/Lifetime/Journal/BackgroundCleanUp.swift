import Synchronization
package import System

/// A process of its own, `atex-virt-helper clean-up`, that undoes what ended sessions have begun. It
/// loads libvirt, waits for it, and goes on if this process ends.
package enum BackgroundCleanUp {
    /// How long it tries.
    private static let seconds = 600
    /// It runs for a little longer at least, and finds what is left to it meanwhile.
    private static let shortest = Duration.seconds(4)
    private static let lastStart = Mutex<ContinuousClock.Instant?>(nil)

    /// Starts it, unless this process has just done so. Returns its output, on which it writes a line
    /// when it has tried everything once; `nil` if it was not started: then the next session does it.
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
