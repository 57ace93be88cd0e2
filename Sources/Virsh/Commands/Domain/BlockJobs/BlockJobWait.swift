import Host
import Libvirt
import Synchronization

/// Waits for the job of a disk: made before the job, so that no event is missed.
/// virsh 9.0.0: `virshBlockJobWaitInit`, `virshBlockJobWait`.
final class BlockJobWait {
    /// What ends the wait. C: `virConnectDomainEventBlockJobStatus`
    enum Status: Int32 { case completed, failed, canceled, ready }

    /// What events say of the job.
    private final class News: Sendable {
        let status = Mutex<Int32?>(nil)
        let gate = Gate()
    }

    private let shell: Shell
    private let domain: Domain
    private let disk: String
    private let label: String
    private let isVerbose: Bool
    /// Milliseconds.
    private let timeout: Int?
    private let ending: Domain.BlockJobEnding
    private let news = News()
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
        subscriptions = DomainEvent.blockJobs.compactMap { [news] kind in
            shell.attempt { () throws(LibvirtError) in
                try connection.subscribe(to: kind, of: domain) { event in
                    guard case .blockJob(disk, _, let status) = event.kind else { return }
                    news.status.withLock { $0 = status }
                    news.gate.open()
                }
            }
        }
    }

    /// Waits; `deed` says what was aborted or failed, which is the command's failure.
    func wait(_ deed: String) throws(CommandFailure) {
        let status = try status()
        if isVerbose, [.completed, .ready].contains(status) { shell.printJobDone(label) }
        switch status {
        case .completed, .ready: return
        case .canceled: shell.printExtra("\n\(deed) aborted", terminator: "")
        case .failed: shell.printExtra("\n\(deed) failed", terminator: "")
        }
        throw .silent
    }

    private func status() throws(CommandFailure) -> Status {
        let start = ContinuousClock.now
        var retries = 5
        var last: (current: UInt64, end: UInt64) = (0, 0)
        while true {
            let job = try shell.explaining("failed to query job for disk \(disk)") {
                () throws(LibvirtError) in try domain.blockJob(of: disk, bytes: false)
            }
            if let status = news.status.withLock({ $0 }) {
                return Status(rawValue: status) ?? .completed
            }
            let current = job?.current ?? 0
            let end = job?.end ?? 0
            // Only a host that tells of both kinds of events can be relied on to tell the end.
            if subscriptions.count < DomainEvent.blockJobs.count {
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
            if let timeout, ContinuousClock.now - start > .milliseconds(timeout) {
                try shell.explaining("failed to abort job for disk '\(disk)'") {
                    () throws(LibvirtError) in try domain.endBlockJob(of: disk, ending)
                }
                return .canceled
            }
            _ = news.gate.wait(milliseconds: 500)
        }
    }
}
