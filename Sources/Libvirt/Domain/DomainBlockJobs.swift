import CLibvirt

extension Domain {
    /// What a disk's job does. C: `virDomainBlockJobType`.
    package enum BlockJobType: Int32, Sendable {
        case unknown, pull, copy, commit, activeCommit, backup
    }

    /// How a disk's job ended. C: `virConnectDomainEventBlockJobStatus`.
    package enum BlockJobStatus: Int32, Sendable {
        case completed, failed, canceled
        /// A copy or an active commit has caught up and waits for `endBlockJob`.
        /// C: `VIR_DOMAIN_BLOCK_JOB_READY`.
        case ready
    }

    /// A disk's job and its progress. C: `virDomainBlockJobInfo`.
    package struct BlockJob: Sendable {
        /// `nil` if libvirt reports a type that is not known here.
        package let type: BlockJobType?
        /// The limit, in MiB/s or in bytes/s as requested; 0 means no limit.
        package let bandwidth: UInt64
        /// The progress, from 0 to `end`, in a unit that depends on the job.
        package let current: UInt64
        /// The amount of all work; may grow.
        package let end: UInt64
    }

    /// The job of a disk; `nil` if it has none. `bytes` requests the bandwidth in bytes/s.
    /// C: `virDomainGetBlockJobInfo`.
    package func blockJob(of disk: String, bytes: Bool) throws(LibvirtError) -> BlockJob? {
        var info = virDomainBlockJobInfo()
        let flags = bytes ? VIR_DOMAIN_BLOCK_JOB_INFO_BANDWIDTH_BYTES.rawValue : 0
        let count = try check(virDomainGetBlockJobInfo(pointer, disk, &info, flags))
        // 0 means no job, and then libvirt leaves `info` alone.
        guard count > 0 else { return nil }
        return BlockJob(
            type: BlockJobType(rawValue: info.type), bandwidth: UInt64(info.bandwidth),
            current: info.cur, end: info.end)
    }

    /// Limits the bandwidth of a disk's job, in MiB/s, or with `bytes` in bytes/s.
    /// C: `virDomainBlockJobSetSpeed`.
    package func limitBlockJob(
        of disk: String, bandwidth: UInt64, bytes: Bool
    ) throws(LibvirtError) {
        let flags = bytes ? VIR_DOMAIN_BLOCK_JOB_SPEED_BANDWIDTH_BYTES.rawValue : 0
        try check(virDomainBlockJobSetSpeed(pointer, disk, UInt(bandwidth), flags))
    }

    /// How a disk's job ends; empty means to wait until it is canceled.
    /// C: `virDomainBlockJobAbortFlags`.
    package struct BlockJobEnding: OptionSet, Sendable {
        package let rawValue: UInt32
        package init(rawValue: UInt32) { self.rawValue = rawValue }
        private init(_ flag: virDomainBlockJobAbortFlags) { rawValue = flag.rawValue }
        /// Return before the job has ended.
        package static let async = Self(VIR_DOMAIN_BLOCK_JOB_ABORT_ASYNC)
        /// Switch the guest to the job's target, instead of canceling the job.
        package static let pivot = Self(VIR_DOMAIN_BLOCK_JOB_ABORT_PIVOT)
    }

    /// Cancels or completes a disk's job. C: `virDomainBlockJobAbort`.
    package func endBlockJob(of disk: String, _ ending: BlockJobEnding) throws(LibvirtError) {
        try check(virDomainBlockJobAbort(pointer, disk, ending.rawValue))
    }

    /// Starts to copy the contents of all backing files into a disk; the bandwidth is in MiB/s, or
    /// with `bytes` in bytes/s. C: `virDomainBlockPull`.
    package func pullBlock(
        _ disk: String, bandwidth: UInt64, bytes: Bool
    ) throws(LibvirtError) {
        let flags = bytes ? VIR_DOMAIN_BLOCK_PULL_BANDWIDTH_BYTES.rawValue : 0
        try check(virDomainBlockPull(pointer, disk, UInt(bandwidth), flags))
    }

    /// How a disk is rebased or copied. C: `virDomainBlockRebaseFlags`.
    package struct RebaseFlags: OptionSet, Sendable {
        package let rawValue: UInt32
        package init(rawValue: UInt32) { self.rawValue = rawValue }
        private init(_ flag: virDomainBlockRebaseFlags) { rawValue = flag.rawValue }
        package static let shallow = Self(VIR_DOMAIN_BLOCK_REBASE_SHALLOW)
        package static let reuseExternal = Self(VIR_DOMAIN_BLOCK_REBASE_REUSE_EXT)
        package static let raw = Self(VIR_DOMAIN_BLOCK_REBASE_COPY_RAW)
        package static let copy = Self(VIR_DOMAIN_BLOCK_REBASE_COPY)
        package static let toDevice = Self(VIR_DOMAIN_BLOCK_REBASE_COPY_DEV)
        package static let relative = Self(VIR_DOMAIN_BLOCK_REBASE_RELATIVE)
        package static let bytes = Self(VIR_DOMAIN_BLOCK_REBASE_BANDWIDTH_BYTES)
    }

    /// Starts to copy backing files down to `base` into a disk, or with `.copy` to copy
    /// the disk to the file `base`.
    /// C: `virDomainBlockRebase`.
    package func rebaseBlock(
        _ disk: String, base: String?, bandwidth: UInt64, _ flags: RebaseFlags
    ) throws(LibvirtError) {
        try check(virDomainBlockRebase(pointer, disk, base, UInt(bandwidth), flags.rawValue))
    }

    /// How a disk is copied. C: `virDomainBlockCopyFlags`.
    package struct BlockCopyFlags: OptionSet, Sendable {
        package let rawValue: UInt32
        package init(rawValue: UInt32) { self.rawValue = rawValue }
        private init(_ flag: virDomainBlockCopyFlags) { rawValue = flag.rawValue }
        package static let shallow = Self(VIR_DOMAIN_BLOCK_COPY_SHALLOW)
        package static let reuseExternal = Self(VIR_DOMAIN_BLOCK_COPY_REUSE_EXT)
        package static let transientJob = Self(VIR_DOMAIN_BLOCK_COPY_TRANSIENT_JOB)
        package static let synchronousWrites = Self(VIR_DOMAIN_BLOCK_COPY_SYNCHRONOUS_WRITES)
        /// The target reads as zeros. C: `VIR_DOMAIN_BLOCK_COPY_TARGET_ZEROED`.
        package static let targetIsZero = Self(rawValue: 1 << 4)
    }

    /// Starts to copy a disk to a target that a document `<disk>` describes.
    /// C: `virDomainBlockCopy`.
    package func copyBlock(
        _ disk: String, toXML xml: String, _ parameters: [TypedParameter], _ flags: BlockCopyFlags
    ) throws(LibvirtError) {
        try parameters.withC { (array, count) throws(LibvirtError) in
            try check(virDomainBlockCopy(pointer, disk, xml, array, count, flags.rawValue))
        }
    }

    /// How backing files are merged. C: `virDomainBlockCommitFlags`.
    package struct BlockCommitFlags: OptionSet, Sendable {
        package let rawValue: UInt32
        package init(rawValue: UInt32) { self.rawValue = rawValue }
        private init(_ flag: virDomainBlockCommitFlags) { rawValue = flag.rawValue }
        package static let shallow = Self(VIR_DOMAIN_BLOCK_COMMIT_SHALLOW)
        package static let delete = Self(VIR_DOMAIN_BLOCK_COMMIT_DELETE)
        package static let active = Self(VIR_DOMAIN_BLOCK_COMMIT_ACTIVE)
        package static let relative = Self(VIR_DOMAIN_BLOCK_COMMIT_RELATIVE)
        package static let bytes = Self(VIR_DOMAIN_BLOCK_COMMIT_BANDWIDTH_BYTES)
    }

    /// Starts to merge a disk's chain of files from `top` down to `base` into `base`; `nil` means
    /// the disk's own file and the deepest one. C: `virDomainBlockCommit`.
    package func commitBlock(
        _ disk: String, base: String?, top: String?, bandwidth: UInt64, _ flags: BlockCommitFlags
    ) throws(LibvirtError) {
        try check(
            virDomainBlockCommit(pointer, disk, base, top, UInt(bandwidth), flags.rawValue))
    }
}
