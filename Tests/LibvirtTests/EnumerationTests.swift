import CLibvirt
import Libvirt
import Testing

/// The enums of `Libvirt` count their cases from the first one, so a case that is missing or in the
/// wrong place shifts all later numbers. These tests compare some, always with the last ones.
struct EnumerationTests {
    @Test func domainStates() {
        #expect(Domain.State.noState.rawValue == VIR_DOMAIN_NOSTATE.number)
        #expect(Domain.State.running.rawValue == VIR_DOMAIN_RUNNING.number)
        #expect(Domain.State.paused.rawValue == VIR_DOMAIN_PAUSED.number)
        #expect(Domain.State.shutOff.rawValue == VIR_DOMAIN_SHUTOFF.number)
        #expect(Domain.State.crashed.rawValue == VIR_DOMAIN_CRASHED.number)
        #expect(Domain.State.suspended.rawValue == VIR_DOMAIN_PMSUSPENDED.number)
    }

    @Test func domainReasons() {
        #expect(
            Domain.RunningReason.postcopyFailed.rawValue
                == VIR_DOMAIN_RUNNING_POSTCOPY_FAILED.number)
        #expect(Domain.RunningReason.wakeup.rawValue == VIR_DOMAIN_RUNNING_WAKEUP.number)
        #expect(Domain.PausedReason.ioError.rawValue == VIR_DOMAIN_PAUSED_IOERROR.number)
        #expect(
            Domain.PausedReason.postcopyFailed.rawValue == VIR_DOMAIN_PAUSED_POSTCOPY_FAILED.number)
        // libvirt 12.8: VIR_DOMAIN_PAUSED_API_ERROR
        #expect(Domain.PausedReason.apiError.rawValue == 14)
        #expect(Domain.ShuttingDownReason.user.rawValue == VIR_DOMAIN_SHUTDOWN_USER.number)
        #expect(Domain.ShutOffReason.destroyed.rawValue == VIR_DOMAIN_SHUTOFF_DESTROYED.number)
        #expect(Domain.ShutOffReason.saved.rawValue == VIR_DOMAIN_SHUTOFF_SAVED.number)
        #expect(Domain.ShutOffReason.daemon.rawValue == VIR_DOMAIN_SHUTOFF_DAEMON.number)
        #expect(Domain.CrashedReason.panicked.rawValue == VIR_DOMAIN_CRASHED_PANICKED.number)
    }

    @Test func domainNumbers() {
        #expect(Domain.ControlState.error.rawValue == VIR_DOMAIN_CONTROL_ERROR.number)
        #expect(
            Domain.ControlErrorReason.internal.rawValue
                == VIR_DOMAIN_CONTROL_ERROR_REASON_INTERNAL.number)
        #expect(Domain.DiskError.noSpace.rawValue == VIR_DOMAIN_DISK_ERROR_NO_SPACE.number)
        #expect(Domain.VCPUState.blocked.rawValue == VIR_VCPU_BLOCKED.number)
        #expect(Domain.JobType.completed.rawValue == VIR_DOMAIN_JOB_COMPLETED.number)
        #expect(Domain.JobType.cancelled.rawValue == VIR_DOMAIN_JOB_CANCELLED.number)
        #expect(
            Domain.JobOperation.snapshotDelete.rawValue
                == VIR_DOMAIN_JOB_OPERATION_SNAPSHOT_DELETE.number)
        #expect(Domain.BlockJobType.backup.rawValue == VIR_DOMAIN_BLOCK_JOB_TYPE_BACKUP.number)
        #expect(Domain.BlockJobStatus.ready.rawValue == VIR_DOMAIN_BLOCK_JOB_READY.number)
        #expect(Domain.Metadata.element.rawValue == VIR_DOMAIN_METADATA_ELEMENT.number)
        #expect(
            Domain.MemoryStatistic.hugePageFailures.rawValue
                == VIR_DOMAIN_MEMORY_STAT_HUGETLB_PGFAIL.number)
        #expect(Domain.NUMAMode.restrictive.rawValue == VIR_DOMAIN_NUMATUNE_MEM_RESTRICTIVE.number)
    }

    @Test func arguments() {
        #expect(Domain.LifecycleEvent.crash.rawValue == VIR_DOMAIN_LIFECYCLE_CRASH.rawValue)
        #expect(
            Domain.LifecycleAction.coredumpRestart.rawValue
                == VIR_DOMAIN_LIFECYCLE_ACTION_COREDUMP_RESTART.rawValue)
        #expect(SuspendTarget.hybrid.rawValue == VIR_NODE_SUSPEND_TARGET_HYBRID.rawValue)
        #expect(Domain.KeycodeSet.qnum.rawValue == VIR_KEYCODE_SET_QNUM.rawValue)
        #expect(Domain.DumpFormat.windows.rawValue == VIR_DOMAIN_CORE_DUMP_FORMAT_WIN_DMP.rawValue)
        #expect(StorageVolume.WipeAlgorithm.trim.rawValue == VIR_STORAGE_VOL_WIPE_ALG_TRIM.rawValue)
        #expect(
            Domain.AddressSource.arp.rawValue == VIR_DOMAIN_INTERFACE_ADDRESSES_SRC_ARP.rawValue)
        #expect(
            Network.UpdateCommand.addFirst.rawValue == VIR_NETWORK_UPDATE_COMMAND_ADD_FIRST.rawValue
        )
        #expect(Network.Section.dnsService.rawValue == VIR_NETWORK_SECTION_DNS_SRV.rawValue)
    }

    @Test func storage() {
        #expect(StoragePool.State.running.rawValue == VIR_STORAGE_POOL_RUNNING.number)
        #expect(StoragePool.State.inaccessible.rawValue == VIR_STORAGE_POOL_INACCESSIBLE.number)
        #expect(StorageVolume.Kind.ploop.rawValue == VIR_STORAGE_VOL_PLOOP.number)
        #expect(Secret.UsageType.vtpm.rawValue == VIR_SECRET_USAGE_TYPE_VTPM.number)
    }

    @Test func kindsOfEvents() {
        #expect(DomainEvent.Kind.lifecycle.rawValue == VIR_DOMAIN_EVENT_ID_LIFECYCLE.number)
        #expect(DomainEvent.Kind.blockJob.rawValue == VIR_DOMAIN_EVENT_ID_BLOCK_JOB.number)
        #expect(DomainEvent.Kind.blockJob2.rawValue == VIR_DOMAIN_EVENT_ID_BLOCK_JOB_2.number)
        #expect(
            DomainEvent.Kind.memoryDeviceSizeChange.rawValue
                == VIR_DOMAIN_EVENT_ID_MEMORY_DEVICE_SIZE_CHANGE.number)
        #expect(Network.Change.stopped.rawValue == VIR_NETWORK_EVENT_STOPPED.number)
        #expect(StoragePool.Change.deleted.rawValue == VIR_STORAGE_POOL_EVENT_DELETED.number)
        #expect(NodeDevice.Change.undefined.rawValue == VIR_NODE_DEVICE_EVENT_UNDEFINED.number)
        #expect(Secret.Change.undefined.rawValue == VIR_SECRET_EVENT_UNDEFINED.number)
    }

    @Test func changesOfDomains() {
        #expect(DomainEvent.Change.stopped.rawValue == VIR_DOMAIN_EVENT_STOPPED.number)
        #expect(DomainEvent.Change.crashed.rawValue == VIR_DOMAIN_EVENT_CRASHED.number)
        typealias Event = DomainEvent
        #expect(
            Event.DefinedDetail.fromSnapshot.rawValue
                == VIR_DOMAIN_EVENT_DEFINED_FROM_SNAPSHOT.number)
        #expect(Event.UndefinedDetail.renamed.rawValue == VIR_DOMAIN_EVENT_UNDEFINED_RENAMED.number)
        #expect(Event.StartedDetail.wakeup.rawValue == VIR_DOMAIN_EVENT_STARTED_WAKEUP.number)
        // libvirt 12.8: VIR_DOMAIN_EVENT_STARTED_RECREATED and so on
        #expect(Event.StartedDetail.recreated.rawValue == 5)
        #expect(Event.SuspendedDetail.guestShutdown.rawValue == 9)
        #expect(Event.StoppedDetail.recreated.rawValue == 7)
        #expect(
            Event.SuspendedDetail.postcopyFailed.rawValue
                == VIR_DOMAIN_EVENT_SUSPENDED_POSTCOPY_FAILED.number)
        #expect(
            Event.ResumedDetail.postcopyFailed.rawValue
                == VIR_DOMAIN_EVENT_RESUMED_POSTCOPY_FAILED.number)
        #expect(
            Event.StoppedDetail.fromSnapshot.rawValue
                == VIR_DOMAIN_EVENT_STOPPED_FROM_SNAPSHOT.number)
        #expect(Event.ShutdownDetail.host.rawValue == VIR_DOMAIN_EVENT_SHUTDOWN_HOST.number)
        #expect(Event.AsleepDetail.disk.rawValue == VIR_DOMAIN_EVENT_PMSUSPENDED_DISK.number)
        #expect(
            Event.CrashedDetail.crashloaded.rawValue == VIR_DOMAIN_EVENT_CRASHED_CRASHLOADED.number)
    }

    @Test func detailsOfEvents() {
        typealias Event = DomainEvent
        #expect(
            Event.WatchdogAction.injectNMI.rawValue == VIR_DOMAIN_EVENT_WATCHDOG_INJECTNMI.number)
        #expect(Event.IOErrorAction.report.rawValue == VIR_DOMAIN_EVENT_IO_ERROR_REPORT.number)
        #expect(
            Event.GraphicsPhase.disconnect.rawValue == VIR_DOMAIN_EVENT_GRAPHICS_DISCONNECT.number)
        #expect(
            Event.AddressFamily.unix.rawValue == VIR_DOMAIN_EVENT_GRAPHICS_ADDRESS_UNIX.number)
        #expect(
            Event.DiskChangeReason.dropped.rawValue
                == VIR_DOMAIN_EVENT_DISK_DROP_MISSING_ON_START.number)
        #expect(Event.TrayChange.closed.rawValue == VIR_DOMAIN_EVENT_TRAY_CHANGE_CLOSE.number)
        #expect(
            Event.AgentState.disconnected.rawValue
                == VIR_CONNECT_DOMAIN_EVENT_AGENT_LIFECYCLE_STATE_DISCONNECTED.number)
        #expect(
            Event.AgentReason.channel.rawValue
                == VIR_CONNECT_DOMAIN_EVENT_AGENT_LIFECYCLE_REASON_CHANNEL.number)
        #expect(
            Event.FailureRecipient.guest.rawValue
                == VIR_DOMAIN_EVENT_MEMORY_FAILURE_RECIPIENT_GUEST.number)
        #expect(
            Event.FailureAction.reset.rawValue
                == VIR_DOMAIN_EVENT_MEMORY_FAILURE_ACTION_RESET.number)
    }
}

extension RawRepresentable where RawValue: FixedWidthInteger {
    /// The number of a C constant, which Swift imports as unsigned.
    fileprivate var number: Int32 { Int32(rawValue) }
}
