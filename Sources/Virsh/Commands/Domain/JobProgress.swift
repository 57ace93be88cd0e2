import Libvirt
import Synchronization
import System
import Text

extension Shell {
    /// Prints a job's progress as `\rLABEL: [ 42 %]`: on a terminal each line overwrites the one
    /// before. virsh 9.0.0: `virshPrintJobProgress`.
    /// Since 9.9 with two decimals.
    func printJobProgress(_ label: String, remaining: UInt64, total: UInt64) {
        guard version < .init(9, 9) else {
            let done = remaining == 0 ? 100 : 100 - Double(remaining) * 100 / Double(total)
            let percent = remaining == 0 ? 100 : done >= 100 ? 99.99 : done
            // Not rounded.
            let hundredths = Int32(exactly: (percent * 100).rounded(.towardZero)) ?? .min
            let text = fixed(Double(hundredths) / 100, 2).aligned(5)
            return printRaw(toError: "\r\(label): [\(text) %]")
        }
        var percent: Int32 = 100
        if remaining != 0 {
            let done = 100 - Double(remaining) * 100 / Double(total)
            // C converts a value that does not fit to the smallest Int32. 100 % is reserved for
            // finished jobs.
            percent = done.isFinite ? Int32(exactly: done.rounded(.towardZero)) ?? .min : .min
            percent = min(percent, 99)
        }
        printRaw(toError: "\r\(label): [\("\(percent)".aligned(3)) %]")
    }

    /// Prints the final 100 %.
    func printJobDone(_ label: String) { printJobProgress(label, remaining: 0, total: 1) }

    /// Runs a call that blocks until a domain's job ends. `label` prints the job's progress twice a
    /// second; `nil` prints nothing. A client that reads the output only after the command does not
    /// get it either. virsh 9.0.0: `virshWatchJob`.
    func watchingJob(
        of domain: Domain, _ label: String?,
        _ run: @escaping @Sendable () throws(LibvirtError) -> Void
    ) throws(LibvirtError) {
        guard let label, clientStreams?.output != nil else { return try run() }
        let watch = JobWatch()
        let job: @Sendable () -> Void = {
            let result = Result { () throws(LibvirtError) in try run() }
            watch.result.withLock { $0 = result }
            watch.done.open()
        }
        // The job runs on another thread, because this one alone may print. libvirt's handles may
        // be used by both.
        do throws(SystemError) { try startDetachedThread(stackSize: 1 << 20, job) } catch {
            return try run()
        }
        while !watch.done.wait(milliseconds: 500) {
            // A job that has not begun, or has just ended, has no progress.
            let info = attempt { () throws(LibvirtError) in try domain.jobInfo() }
            guard let info, [.bounded, .unbounded].contains(info.type) else { continue }
            printJobProgress(label, remaining: info.data.remaining, total: info.data.total)
        }
        guard case .failure(let error) = watch.result.withLock({ $0 }) else { return }
        // libvirt keeps the last error for each thread, and the shell prints this thread's.
        error.report()
        throw error
    }
}

/// What the thread of a job shares with the shell's thread.
private final class JobWatch: Sendable {
    let result = Mutex<Result<Void, LibvirtError>?>(nil)
    /// Opened when the job has ended, after `result` was set.
    let done = Gate()
}
