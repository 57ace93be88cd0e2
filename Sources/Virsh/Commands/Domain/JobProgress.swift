import Libvirt
import Synchronization
import System
import Text

extension Shell {
    /// Prints a job's progress as `\rLABEL: [ 42 %]`: on a terminal each line overwrites the one
    /// before. virsh 9.0.0: `virshPrintJobProgress`.
    /// Since 9.9 with two decimals; since 12.0 as a line of its own if there is no terminal.
    func printJobProgress(_ label: String, remaining: UInt64, total: UInt64) {
        guard version < .init(9, 9) else {
            let done = remaining == 0 ? 100 : 100 - Double(remaining) * 100 / Double(total)
            let percent = remaining == 0 ? 100 : done >= 100 ? 99.99 : done
            // Not rounded.
            let hundredths = Int32(exactly: (percent * 100).rounded(.towardZero)) ?? .min
            let text = fixed(Double(hundredths) / 100, 2).aligned(5)
            let overwrites =
                version < .init(12, 0) || clientStreams?.output?.errorsAreTerminal == true
            return printProgress(
                (overwrites ? "\r" : "") + "\(label): [\(text) %]" + (overwrites ? "" : "\n"))
        }
        var percent: Int32 = 100
        if remaining != 0 {
            let done = 100 - Double(remaining) * 100 / Double(total)
            // C converts a value that does not fit to the smallest Int32. 100 % is reserved for
            // finished jobs.
            percent = done.isFinite ? Int32(exactly: done.rounded(.towardZero)) ?? .min : .min
            percent = min(percent, 99)
        }
        printProgress("\r\(label): [\("\(percent)".aligned(3)) %]")
    }

    /// Prints the final 100 %.
    func printJobDone(_ label: String) { printJobProgress(label, remaining: 0, total: 1) }

    /// Runs a call that blocks until a domain's job ends. `label` prints the job's progress twice a
    /// second; `nil` prints nothing. A client that reads the output only after the command does not
    /// get it either. If the request is cancelled, aborts the job, as virsh does after Ctrl-C.
    /// virsh 9.0.0: `virshWatchJob`.
    func watchingJob(
        of domain: Domain, _ label: String?,
        _ run: @escaping @Sendable () throws(LibvirtError) -> Void
    ) throws(LibvirtError) {
        let printed = clientStreams?.output == nil ? nil : label
        guard printed != nil || Cancellation.current != nil else { return try run() }
        let watch: JobWatch
        // The job runs on another thread, because this one alone may print. libvirt's handles may
        // be used by both.
        do throws(SystemError) {
            watch = try JobWatch()
            try startDetachedThread(stackSize: 1 << 20) { watch.run(run) }
        } catch {
            return try run()
        }
        while !watch.wait(abort: { abort(domain) }) {
            guard let printed else { continue }
            // A job that has not begun, or has just ended, has no progress.
            let info = attempt { () throws(LibvirtError) in try domain.jobInfo() }
            guard let info, [.bounded, .unbounded].contains(info.type) else { continue }
            printJobProgress(printed, remaining: info.data.remaining, total: info.data.total)
        }
        guard case .failure(let error) = watch.result.withLock({ $0 }) else { return }
        // libvirt keeps the last error for each thread, and the shell prints this thread's.
        error.report()
        throw error
    }

    /// Fails if the job has not begun or has ended.
    private func abort(_ domain: Domain) {
        _ = attempt { () throws(LibvirtError) in try domain.abortJob(postcopy: false) }
    }
}

/// What the thread of a job shares with the shell's thread.
private final class JobWatch: Sendable {
    let result = Mutex<Result<Void, LibvirtError>?>(nil)
    /// Woken when the job has ended, after `result` was set.
    private let done: Wakeup

    init() throws(SystemError) { done = try Wakeup() }

    /// Runs on the job's thread.
    func run(_ job: () throws(LibvirtError) -> Void) {
        // Its errors would become those of another request.
        let result = LibvirtError.unreported { Result { () throws(LibvirtError) in try job() } }
        self.result.withLock { $0 = result }
        done.wake()
    }

    /// Waits up to half a second; returns whether the job has ended. Calls `abort` each time if the
    /// request is cancelled, because the job may not have begun the last time.
    func wait(abort: () -> Void) -> Bool {
        let end = ContinuousClock.now + .milliseconds(500)
        do throws(SystemError) { return try waitForAny(of: [done], until: end) } catch {
            abort()
        }
        do throws(SystemError) {
            return try Cancellation.ignored { () throws(SystemError) in
                try waitForAny(of: [done], until: end)
            }
        } catch { return false }
    }
}
