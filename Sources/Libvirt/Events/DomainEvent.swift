import CLibvirt

/// Something that happened to a domain.
package struct DomainEvent: Sendable {
    /// The domain's name; empty if libvirt cannot name it.
    package let domain: String
    package let details: Details

    /// A kind of event to subscribe to. C: `virDomainEventID`.
    package enum Kind: Int32, CaseIterable, Sendable {
        /// A domain was defined, started, stopped, ...
        case lifecycle
        case reboot, clockChange, watchdog, ioError, graphics, ioErrorReason, controlError
        /// The end of a disk's job; the event holds the disk's path.
        case blockJob
        case diskChange, trayChange, wakeup, suspend, balloonChange, suspendToDisk, deviceRemoved
        /// The same as `blockJob`; the event holds the disk's target, e.g. `vda`.
        case blockJob2
        case tunable, agentLifecycle, deviceAdded
        /// A migration starts another round of sending memory.
        case migrationIteration
        case jobCompleted, deviceRemovalFailed, metadataChange, blockThreshold, memoryFailure
        case memoryDeviceSizeChange
        /// C: `VIR_DOMAIN_EVENT_ID_NIC_MAC_CHANGE`.
        case macChange
        /// C: `VIR_DOMAIN_EVENT_ID_VCPU_REMOVED`.
        case vcpuRemoved
        /// C: `VIR_DOMAIN_EVENT_ID_CHANNEL_LIFECYCLE`.
        case channelLifecycle

        /// The first libvirt that has it; `nil` if 9.0.0 has it.
        package var firstVersion: LibvirtVersion? {
            switch self {
            case .macChange: LibvirtVersion(11, 2)
            case .vcpuRemoved, .channelLifecycle: LibvirtVersion(12, 4)
            default: nil
            }
        }

        /// Both kinds that report the end of a disk's job; older hosts know only the first.
        package static let blockJobs: [Kind] = [.blockJob, .blockJob2]
    }

    /// What happened. An enumeration is `nil` if libvirt reports a number that is not known here;
    /// a text is `nil` if libvirt gives none.
    package enum Details: Sendable {
        /// The kind of event says everything: a reboot, a control error, a change of power.
        case plain
        case lifecycle(Change?, detail: ChangeDetail?)
        case clockChange(secondsFromUTC: Int64)
        case watchdog(WatchdogAction?)
        case ioError(path: String?, alias: String?, action: IOErrorAction?, reason: String?)
        case graphics(
            GraphicsPhase?, local: Address, remote: Address, scheme: String?,
            identities: [(type: String?, name: String?)])
        case blockJob(disk: String?, Domain.BlockJobType?, Domain.BlockJobStatus?)
        case diskChange(old: String?, new: String?, alias: String?, reason: DiskChangeReason?)
        case trayChange(alias: String?, TrayChange?)
        case balloon(kiB: UInt64)
        case device(alias: String?)
        case parameters([TypedParameter])
        case agent(AgentState?, reason: AgentReason?)
        case migrationIteration(Int32)
        case metadata(Domain.Metadata?, uri: String?)
        case blockThreshold(device: String?, path: String?, threshold: UInt64, excess: UInt64)
        case memoryFailure(
            FailureRecipient?, action: FailureAction?, required: Bool, recursive: Bool)
        case memoryDeviceSize(alias: String?, size: UInt64)
        case macChange(alias: String?, old: String?, new: String?)
        case vcpuRemoved(UInt32)
        case channel(name: String?, AgentState?, reason: AgentReason?)
    }

    /// What a lifecycle event reports; `nil` for other events.
    package var change: Change? {
        guard case .lifecycle(let change, _) = details else { return nil }
        return change
    }
}

extension DomainEvent {
    /// What a watchdog did. C: `virDomainEventWatchdogAction`.
    package enum WatchdogAction: Int32, Sendable {
        case nothing, pause, reset, powerOff, shutdown, debug, injectNMI
    }

    /// What the hypervisor did about a disk's error. C: `virDomainEventIOErrorAction`.
    package enum IOErrorAction: Int32, Sendable {
        case nothing, pause, report
    }

    /// What a client of a guest's screen did. C: `virDomainEventGraphicsPhase`.
    package enum GraphicsPhase: Int32, Sendable {
        case connect, initialize, disconnect
    }

    /// The kind of a network address. C: `virDomainEventGraphicsAddressType`.
    package enum AddressFamily: Int32, Sendable {
        case ipv4, ipv6, unix
    }

    /// One end of a connection to a screen. C: `virDomainEventGraphicsAddress`.
    package struct Address: Sendable {
        package let family: AddressFamily?
        /// An IP address or a socket's path.
        package let node: String?
        /// A port.
        package let service: String?
    }

    /// Why a guest's disk is another one. C: `virConnectDomainEventDiskChangeReason`.
    package enum DiskChangeReason: Int32, Sendable {
        /// C: `VIR_DOMAIN_EVENT_DISK_CHANGE_MISSING_ON_START`.
        case changed
        /// C: `VIR_DOMAIN_EVENT_DISK_DROP_MISSING_ON_START`.
        case dropped
    }

    /// C: `virDomainEventTrayChangeReason`.
    package enum TrayChange: Int32, Sendable {
        case opened, closed
    }

    /// C: `virConnectDomainEventAgentLifecycleState`.
    package enum AgentState: Int32, Sendable {
        /// Has no name in C; virsh prints `unknown` for it.
        case unknown
        case connected, disconnected
    }

    /// C: `virConnectDomainEventAgentLifecycleReason`.
    package enum AgentReason: Int32, Sendable {
        case unknown, domainStarted, channel
    }

    /// Whose memory failed. C: `virDomainMemoryFailureRecipientType`.
    package enum FailureRecipient: Int32, Sendable {
        case hypervisor, guest
    }

    /// What the hypervisor did about failed memory. C: `virDomainMemoryFailureActionType`.
    package enum FailureAction: Int32, Sendable {
        case ignore, inject, fatal, reset
    }
}
