import CLibvirt

extension Domain {
    /// Whether a domain has a job, and whether its end can be estimated. C: `virDomainJobType`.
    package enum JobType: Int32, Sendable {
        /// C: `VIR_DOMAIN_JOB_NONE`.
        case noJob
        /// The remaining work is known. C: `VIR_DOMAIN_JOB_BOUNDED`.
        case bounded
        /// The remaining work is not known. C: `VIR_DOMAIN_JOB_UNBOUNDED`.
        case unbounded
        case completed, failed, cancelled
    }

    /// What a job does. C: `virDomainJobOperation`.
    package enum JobOperation: Int32, Sendable {
        case unknown, start, save, restore, migrationIn, migrationOut, snapshot, snapshotRevert
        case dump, backup, snapshotDelete
    }

    /// A domain's job as libvirt describes it.
    package struct Job: Sendable {
        /// The number of a `JobType`, which may be newer than that enumeration.
        package let typeNumber: Int32
        /// The job's statistics by name, e.g. `memory_total`; sizes are in bytes, times in
        /// milliseconds.
        package let statistics: [TypedParameter]

        package init(typeNumber: Int32, statistics: [TypedParameter]) {
            self.typeNumber = typeNumber
            self.statistics = statistics
        }

        /// What the job does. C: `VIR_DOMAIN_JOB_OPERATION`.
        package var operation: JobOperation? {
            JobOperation(rawValue: statistics.int32("operation") ?? 0)
        }
    }

    /// Which job is meant. C: `virDomainGetJobStatsFlags`.
    package struct JobFlags: OptionSet, Sendable {
        package let rawValue: UInt32
        package init(rawValue: UInt32) { self.rawValue = rawValue }
        private init(_ flag: virDomainGetJobStatsFlags) { rawValue = flag.rawValue }
        /// The last completed job, whose statistics libvirt forgets after that.
        package static let completed = Self(VIR_DOMAIN_JOB_STATS_COMPLETED)
        /// With `completed`: do not forget the statistics.
        package static let keepCompleted = Self(VIR_DOMAIN_JOB_STATS_KEEP_COMPLETED)
    }

    /// The domain's job, with the type `noJob` if there is none. C: `virDomainGetJobStats`.
    package func jobStatistics(_ flags: JobFlags) throws(LibvirtError) -> Job {
        var type: Int32 = 0
        var array: virTypedParameterPtr?
        var count: Int32 = 0
        try check(virDomainGetJobStats(pointer, &type, &array, &count, flags.rawValue))
        return Job(typeNumber: type, statistics: [TypedParameter](freeing: array, count: count))
    }

    /// A job's progress; sizes are in bytes, times in milliseconds. C: `virDomainJobInfo`.
    package struct JobInfo: Sendable {
        /// The number of a `JobType`, which may be newer than that enumeration.
        package var typeNumber: Int32 = 0
        /// `nil` if libvirt reports a type that is not known here.
        package var type: JobType? { JobType(rawValue: typeNumber) }
        package var timeElapsed: UInt64 = 0
        package var timeRemaining: UInt64 = 0
        /// All of the work.
        package var data = Amounts()
        package var memory = Amounts()
        package var file = Amounts()

        /// Bytes.
        package struct Amounts: Sendable {
            package var total: UInt64
            package var processed: UInt64
            package var remaining: UInt64

            package init(total: UInt64 = 0, processed: UInt64 = 0, remaining: UInt64 = 0) {
                self.total = total
                self.processed = processed
                self.remaining = remaining
            }
        }

        package init() {}
    }

    /// The domain's job, as all drivers report it. C: `virDomainGetJobInfo`.
    package func jobInfo() throws(LibvirtError) -> JobInfo {
        var info = virDomainJobInfo()
        try check(virDomainGetJobInfo(pointer, &info))
        var result = JobInfo()
        result.typeNumber = info.type
        result.timeElapsed = info.timeElapsed
        result.timeRemaining = info.timeRemaining
        result.data = .init(
            total: info.dataTotal, processed: info.dataProcessed, remaining: info.dataRemaining)
        result.memory = .init(
            total: info.memTotal, processed: info.memProcessed, remaining: info.memRemaining)
        result.file = .init(
            total: info.fileTotal, processed: info.fileProcessed, remaining: info.fileRemaining)
        return result
    }

    /// Cancels the domain's job; `postcopy` suspends a migration in its postcopy phase.
    /// C: `virDomainAbortJob`, `virDomainAbortJobFlags`.
    package func abortJob(postcopy: Bool) throws(LibvirtError) {
        if postcopy {
            try check(
                virDomainAbortJobFlags(pointer, VIR_DOMAIN_ABORT_JOB_POSTCOPY.rawValue))
        } else {
            try check(virDomainAbortJob(pointer))
        }
    }
}
