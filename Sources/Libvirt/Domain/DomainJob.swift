import CLibvirt

extension Domain {
    /// What a domain is busy with: a `virDomainJobType` and its numbers.
    package struct Job: Sendable {
        package let type: Int32
        package let statistics: [TypedParameter]

        package init(type: Int32, statistics: [TypedParameter]) {
            self.type = type
            self.statistics = statistics
        }
    }

    /// C: `virDomainGetJobStatsFlags`.
    package struct JobFlags: OptionSet, Sendable {
        package let rawValue: UInt32
        package init(rawValue: UInt32) { self.rawValue = rawValue }
        private init(_ flag: virDomainGetJobStatsFlags) { rawValue = flag.rawValue }
        package static let completed = Self(VIR_DOMAIN_JOB_STATS_COMPLETED)
        package static let keepCompleted = Self(VIR_DOMAIN_JOB_STATS_KEEP_COMPLETED)
    }

    /// C: `virDomainGetJobStats`.
    package func jobStatistics(_ flags: JobFlags) throws(LibvirtError) -> Job {
        var type: Int32 = 0
        var array: virTypedParameterPtr?
        var count: Int32 = 0
        try check(virDomainGetJobStats(pointer, &type, &array, &count, flags.rawValue))
        return Job(type: type, statistics: [TypedParameter](freeing: array, count: count))
    }

    /// How far a job is, in the units of its kind; sizes in bytes, times in milliseconds.
    package struct JobInfo: Sendable {
        package var type: Int32 = 0
        package var timeElapsed: UInt64 = 0
        package var timeRemaining: UInt64 = 0
        package var data = Amounts()
        package var memory = Amounts()
        package var file = Amounts()

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

    /// C: `virDomainGetJobInfo`.
    package func jobInfo() throws(LibvirtError) -> JobInfo {
        var info = virDomainJobInfo()
        try check(virDomainGetJobInfo(pointer, &info))
        var result = JobInfo()
        result.type = info.type
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

    /// Ends what the domain is busy with. C: `virDomainAbortJob`, `virDomainAbortJobFlags`.
    package func abortJob(postcopy: Bool) throws(LibvirtError) {
        if postcopy {
            try check(
                virDomainAbortJobFlags(pointer, VIR_DOMAIN_ABORT_JOB_POSTCOPY.rawValue))
        } else {
            try check(virDomainAbortJob(pointer))
        }
    }
}
