import Libvirt
import Policy
import Text

extension Command {
    /// virsh 9.0.0: `cmdDomjobinfo` in virsh-domain.c.
    static let domjobinfo = Command(
        "domjobinfo", .read, on: .domain, help: "progress of a domain's background job"
    ) { options in
        let domain = options.domain()
        let completed = options.flag("completed", "statistics of the last completed job")
        let keep = options.flag("keep-completed", "keep those statistics for another call")
        let any = options.flag("anystats", "statistics of any job, even a failed one")
        let raw = options.flag("rawstats", "statistics under libvirt's names, unformatted")

        return { shell, given in
            try given.requires(keep, completed)
            let domain = try shell.domain(given[domain])
            let flags: Domain.JobFlags = try given.flags([
                (completed, .completed), (keep, .keepCompleted),
            ])
            let raw = try given[raw]
            let job: Domain.Job
            var info: Domain.JobInfo
            do throws(LibvirtError) {
                job = try domain.jobStatistics(flags)
                info = Domain.JobInfo(job)
            } catch {
                // An old daemon has only virDomainGetJobInfo, which knows fewer numbers.
                guard error.code == .noSupport else { throw error }
                guard flags.isEmpty, !raw else {
                    throw CommandFailure(
                        "Optional flags or --rawstats are not supported by the daemon")
                }
                LibvirtError.forgetReported()
                info = try domain.jobInfo()
                job = Domain.Job(typeNumber: info.typeNumber, statistics: [])
            }
            if raw {
                shell.print("Job type: \(info.typeNumber)\n\n")
                for number in job.statistics {
                    shell.print("\(number.name): \(number.value.rawText ?? "<null>")\n")
                }
                return
            }
            shell.line("Job type:", (info.type?.name ?? "unknown").padded(12))
            guard info.type != .noJob else { return }
            shell.line("Operation:", (job.operation?.name ?? "unknown").padded(12))
            // The statistics of a job that ended count only if the user asked for them: a failed
            // job may leave misleading ones.
            let isRunning = [.bounded, .unbounded].contains(info.type)
            let isRequested = flags.contains(.completed) && info.type == .completed
            if try given[any] || isRunning || isRequested {
                shell.printNumbers(of: info, job.statistics)
            }
        }
    }
}

extension Domain.JobType: VirshNamed {
    /// virsh 9.0.0: `virshDomainJobToString`.
    var name: String {
        switch self {
        case .noJob: "None"
        case .bounded: "Bounded"
        case .unbounded: "Unbounded"
        case .completed: "Completed"
        case .failed: "Failed"
        case .cancelled: "Cancelled"
        }
    }
}

extension Domain.JobOperation: VirshNamed {
    /// virsh 9.0.0: `virshDomainJobOperationToString`.
    var name: String {
        switch self {
        case .unknown: "Unknown"
        case .start: "Start"
        case .save: "Save"
        case .restore: "Restore"
        case .migrationIn: "Incoming migration"
        case .migrationOut: "Outgoing migration"
        case .snapshot: "Snapshot"
        case .snapshotRevert: "Snapshot revert"
        case .dump: "Dump"
        case .backup: "Backup"
        case .snapshotDelete: "Snapshot delete"
        }
    }
}

extension Domain.JobInfo {
    /// The numbers that both of libvirt's calls report, taken from typed parameters.
    /// virsh 9.0.0: `virshDomainJobStatsToDomainJobInfo`.
    fileprivate init(_ job: Domain.Job) {
        func amounts(_ kind: String) -> Amounts {
            Amounts(
                total: job.statistics.uint64("\(kind)_total") ?? 0,
                processed: job.statistics.uint64("\(kind)_processed") ?? 0,
                remaining: job.statistics.uint64("\(kind)_remaining") ?? 0)
        }
        self.init()
        typeNumber = job.typeNumber
        timeElapsed = job.statistics.uint64("time_elapsed") ?? 0
        timeRemaining = job.statistics.uint64("time_remaining") ?? 0
        data = amounts("data")
        memory = amounts("memory")
        file = amounts("disk")
    }
}

extension Domain.JobInfo.Amounts {
    fileprivate var isEmpty: Bool { total == 0 && processed == 0 && remaining == 0 }
}

// The columns differ in width from line to line, as virsh's format strings do.
extension Shell {
    fileprivate func line(_ label: String, _ value: String) {
        print("\(label.padded(17)) \(value)\n")
    }

    private func number(_ label: String, _ value: UInt64?, unit: String = "", width: Int = 12) {
        guard let value else { return }
        line(label, "\(value)".padded(width) + unit)
    }

    private func size(_ label: String, _ value: UInt64?, per: String = "") {
        guard let value else { return }
        let (amount, unit) = prettyCapacity(value)
        line(label, "\(fixed(amount, 3)) \(unit)\(per)")
    }

    private func amounts(_ label: String, _ amounts: Domain.JobInfo.Amounts) {
        size("\(label) processed:", amounts.processed)
        size("\(label) remaining:", amounts.remaining)
        size("\(label) total:", amounts.total)
    }

    /// Prints the statistics that are there, in virsh's order.
    fileprivate func printNumbers(of info: Domain.JobInfo, _ more: [TypedParameter]) {
        number("Time elapsed:", info.timeElapsed, unit: " ms")
        number("Time elapsed w/o network:", more.uint64("time_elapsed_net"), unit: " ms")
        if info.type == .bounded {  // only such a job has an estimate
            number("Time remaining:", info.timeRemaining, unit: " ms")
        }
        if !info.data.isEmpty { amounts("Data", info.data) }
        if !info.memory.isEmpty { printMemory(of: info, more) }
        if !info.file.isEmpty {
            amounts("File", info.file)
            if let speed = more.uint64("disk_bps"), speed != 0 {
                size("File bandwidth:", speed, per: "/s")
            }
        }
        number("Constant pages:", more.uint64("memory_constant"))
        number("Normal pages:", more.uint64("memory_normal"))
        size("Normal data:", more.uint64("memory_normal_bytes"))
        let downtime = info.type == .completed ? "Total" : "Expected"
        number("\(downtime) downtime:", more.uint64("downtime"), unit: " ms")
        number("Downtime w/o network:", more.uint64("downtime_net"), unit: " ms")
        number("Setup time:", more.uint64("setup_time"), unit: " ms")
        printCompression(more)
        if let throttle = more.int32("auto_converge_throttle") {
            line("Auto converge throttle:", "\(throttle)".padded(13))
        }
        size("Temporary disk space use:", more.uint64("disk_temp_used"))
        size("Temporary disk space total:", more.uint64("disk_temp_total"))
        if let error = more.string("errmsg") { line("Error message:", error) }
    }

    private func printMemory(of info: Domain.JobInfo, _ more: [TypedParameter]) {
        amounts("Memory", info.memory)
        if let speed = more.uint64("memory_bps"), speed != 0 {
            size("Memory bandwidth:", speed, per: "/s")
        }
        number("Dirty rate:", more.uint64("memory_dirty_rate"), unit: " pages/s")
        number("Page size:", more.uint64("memory_page_size"), unit: " bytes")
        number("Iteration:", more.uint64("memory_iteration"))
        number("Postcopy requests:", more.uint64("memory_postcopy_requests"))
    }

    private func printCompression(_ more: [TypedParameter]) {
        size("Compression cache:", more.uint64("compression_cache"))
        size("Compressed data:", more.uint64("compression_bytes"))
        number("Compressed pages:", more.uint64("compression_pages"), width: 13)
        number("Compression cache misses:", more.uint64("compression_cache_misses"), width: 13)
        number("Compression overflows:", more.uint64("compression_overflow"), width: 13)
    }
}
