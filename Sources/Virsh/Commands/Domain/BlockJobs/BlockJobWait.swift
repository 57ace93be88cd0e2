import Libvirt
import Synchronization
import System

/// Waits for a block job. Create it before the job starts, so that no event is missed.
/// virsh 9.0.0: `virshBlockJobWaitInit`, `virshBlockJobWait`.
final class BlockJobWait {
    /// The status that an event reported. Shared with libvirt's event loop, whose thread sets it
    /// before it opens the gate.
    private final class Report: Sendable {
        let status = Mutex<Domain.BlockJobStatus?>(nil)
        let gate = Gate()
    }

    private let shell: Shell
    private let domain: Domain
    private let disk: String
    /// Precedes the progress, e.g. `Block Copy`.
    private let label: String
    private let isVerbose: Bool
    /// Milliseconds.
    private let timeout: Int?
    private let ending: Domain.BlockJobEnding
    private let report = Report()
    /// One for each kind of block job event that the host supports.
    private let subscriptions: [EventSubscription]

    init(
        _ shell: Shell, _ domain: Domain, disk: String, label: String, verbose: Bool,
        timeout: Int?, async: Bool
    ) throws {
        self.shell = shell
        self.domain = domain
        self.disk = disk
        self.label = label
        self.isVerbose = verbose
        self.timeout = timeout
        self.ending = async ? .async : []
        let connection = try shell.connection
        // Two kinds of events: one names the disk by its source path, the other by its target.
        // The user may have used either name, so subscribe to both.
        subscriptions = DomainEvent.Kind.blockJobs.compactMap { [report] kind in
            shell.attempt { () throws(LibvirtError) in
                try connection.subscribe(to: kind, of: domain) { event in
                    guard case .blockJob(disk, _, let status) = event.details else { return }
                    // virsh takes a status that it does not know for the end.
                    report.status.withLock { $0 = status ?? .completed }
                    report.gate.open()
                }
            }
        }
    }

    /// Waits until the job is completed or ready. Throws if it fails, is canceled or times out;
    /// `name` names the job in that message, e.g. `Copy`.
    func wait(_ name: String) throws {
        let status = try finalStatus()
        if isVerbose, [.completed, .ready].contains(status) { shell.printJobDone(label) }
        switch status {
        case .completed, .ready: return
        case .canceled: shell.printExtra("\n\(name) aborted", terminator: "")
        case .failed: shell.printExtra("\n\(name) failed", terminator: "")
        }
        throw CommandFailure.silent
    }

    /// Polls the job twice a second until it ends, is ready, the timeout expires, or the request is
    /// cancelled.
    private func finalStatus() throws -> Domain.BlockJobStatus {
        let start = ContinuousClock.now
        // With only one kind of event, the job's event may be of the other kind. The job counts
        // as ready once it was seen at 100 % this often without an event.
        var retries = 5
        var last: (current: UInt64, end: UInt64) = (0, 0)
        while true {
            let job = try shell.explaining("failed to query job for disk \(disk)") {
                () throws(LibvirtError) in try domain.blockJob(of: disk, bytes: false)
            }
            if let status = report.status.withLock({ $0 }) { return status }
            let current = job?.current ?? 0
            let end = job?.end ?? 0
            // Only a host with both kinds of events reports the end reliably. For another one,
            // conclude it from the job's progress.
            if subscriptions.count < DomainEvent.Kind.blockJobs.count {
                guard job != nil else { return .completed }
                if end == current {
                    retries -= 1
                    if subscriptions.isEmpty || retries == 0 { return .ready }
                }
            }
            if isVerbose, (current, end) != last {
                shell.printJobProgress(label, remaining: end &- current, total: end)
            }
            last = (current, end)
            let time = ContinuousClock.now - start
            let isTimeOver = timeout.map { time > .milliseconds($0) } ?? false
            if isTimeOver || Cancellation.current?.isCancelled == true {
                let line = "failed to abort job for disk '\(disk)'"
                let domain = try shell.domainAgain(domain, or: line)
                try shell.explaining(line) { () throws(LibvirtError) in
                    try domain.endBlockJob(of: disk, ending)
                }
                return .canceled
            }
            _ = report.gate.wait(milliseconds: 500)
        }
    }
}
