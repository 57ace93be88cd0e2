import CLibvirt

// libvirt's enumerations about domains. The raw values are libvirt's numbers, which its ABI fixes.
// Calls return the bare number: a newer daemon may report one that is not listed here, and then
// `init(rawValue:)` returns `nil`.

extension Domain.State {
    /// What a domain does: a name for `Domain.State.state`. C: `virDomainState`.
    package enum Kind: Int32, Sendable {
        case noState, running, blocked, paused, shuttingDown, shutOff, crashed, suspendedByGuest
    }

    /// C: `virDomainRunningReason`.
    package enum RunningReason: Int32, Sendable {
        case unknown, booted, migrated, restored, fromSnapshot, unpaused, migrationCanceled
        case saveCanceled, wokenUp, crashed, postcopy, postcopyFailed
    }

    /// C: `virDomainPausedReason`.
    package enum PausedReason: Int32, Sendable {
        case unknown, user, migration, save, dump, ioError, watchdog, fromSnapshot, shuttingDown
        case snapshot, crashed, startingUp, postcopy, postcopyFailed
    }

    /// C: `virDomainShutdownReason`.
    package enum ShuttingDownReason: Int32, Sendable { case unknown, user }

    /// C: `virDomainShutoffReason`.
    package enum ShutOffReason: Int32, Sendable {
        case unknown, shutdown, destroyed, crashed, migrated, saved, failed, fromSnapshot, daemon
    }

    /// C: `virDomainCrashedReason`.
    package enum CrashedReason: Int32, Sendable { case unknown, panicked }
}

extension Domain.ControlInfo {
    /// Names for `state`. C: `virDomainControlState`.
    package enum State: Int32, Sendable { case ok, job, occupied, error }

    /// Names for `reason`. C: `virDomainControlErrorReason`.
    package enum ErrorReason: Int32, Sendable { case none, unknown, monitor, `internal` }
}

extension Domain.VCPU {
    /// Names for `state`. C: `virVcpuState`.
    package enum State: Int32, Sendable { case offline, running, blocked }
}

extension Domain.Job {
    /// Names for `type`. C: `virDomainJobType`.
    package enum Kind: Int32, Sendable {
        case none, bounded, unbounded, completed, failed, cancelled
    }

    /// The numbers of the statistic `operation`. C: `virDomainJobOperation`.
    package enum Operation: Int32, Sendable {
        case unknown, start, save, restore, migrationIn, migrationOut, snapshot, snapshotRevert
        case dump, backup, snapshotDelete
    }
}

extension Domain.BlockJob {
    /// What an event reports about a block job. C: `virConnectDomainEventBlockJobStatus`.
    package enum Status: Int32, Sendable { case completed, failed, canceled, ready }
}

extension Domain.IPAddress {
    /// Names for `type`. C: `virIPAddrType`.
    package enum Family: Int32, Sendable { case ipv4, ipv6 }
}

extension Domain {
    /// How many keys one call may press. C: `VIR_DOMAIN_SEND_KEY_MAX_KEYS`.
    package static let maximumKeyCount = Int(VIR_DOMAIN_SEND_KEY_MAX_KEYS)

    /// Why the I/O of a disk failed. C: `virDomainDiskErrorCode`.
    package enum DiskError: Int32, Sendable { case none, unspecified, noSpace }

    /// Which number about the guest's memory a tag stands for. C: `virDomainMemoryStatTags`.
    package enum MemoryStatistic: Int32, Sendable {
        case swapIn, swapOut, majorFault, minorFault, unused, available, actualBalloon
        case residentSet, usable, lastUpdate, diskCaches, hugePageAllocations
        case hugePageAllocationFailures
    }

    /// How memory is bound to the host's NUMA nodes. C: `virDomainNumatuneMemMode`.
    package enum NUMAMemoryMode: Int32, Sendable {
        case strict, preferred, interleave, restrictive
    }
}
