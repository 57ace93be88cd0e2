import Libvirt

extension DomainEvent.Kind: VirshNamed {
    /// virsh 9.0.0: `virshDomainEventCallbacks`.
    var name: String {
        switch self {
        case .lifecycle: "lifecycle"
        case .reboot: "reboot"
        case .clockChange: "rtc-change"
        case .watchdog: "watchdog"
        case .ioError: "io-error"
        case .graphics: "graphics"
        case .ioErrorReason: "io-error-reason"
        case .controlError: "control-error"
        case .blockJob: "block-job"
        case .diskChange: "disk-change"
        case .trayChange: "tray-change"
        case .wakeup: "pm-wakeup"
        case .suspend: "pm-suspend"
        case .balloonChange: "balloon-change"
        case .suspendToDisk: "pm-suspend-disk"
        case .deviceRemoved: "device-removed"
        case .blockJob2: "block-job-2"
        case .tunable: "tunable"
        case .agentLifecycle: "agent-lifecycle"
        case .deviceAdded: "device-added"
        case .migrationIteration: "migration-iteration"
        case .jobCompleted: "job-completed"
        case .deviceRemovalFailed: "device-removal-failed"
        case .metadataChange: "metadata-change"
        case .blockThreshold: "block-threshold"
        case .memoryFailure: "memory-failure"
        case .memoryDeviceSizeChange: "memory-device-size-change"
        case .macChange: "nic-mac-change"
        case .vcpuRemoved: "vcpu-removed"
        case .channelLifecycle: "channel-lifecycle"
        }
    }
}

extension DomainEvent.Change: VirshNamed {
    /// virsh 9.0.0: `virshDomainEvent`.
    var name: String {
        switch self {
        case .defined: "Defined"
        case .undefined: "Undefined"
        case .started: "Started"
        case .suspended: "Suspended"
        case .resumed: "Resumed"
        case .stopped: "Stopped"
        case .shutdown: "Shutdown"
        case .asleep: "PMSuspended"
        case .crashed: "Crashed"
        }
    }
}

extension DomainEvent.ChangeDetail: VirshNamed {
    /// virsh 9.0.0: `virshDomainEventDetailToString`.
    var name: String {
        switch self {
        case .defined(.added): "Added"
        case .defined(.updated): "Updated"
        case .defined(.renamed), .undefined(.renamed): "Renamed"
        case .undefined(.removed): "Removed"
        case .started(.booted): "Booted"
        case .started(.wakeup): "Event wakeup"
        case .suspended(.paused): "Paused"
        case .suspended(.ioError): "I/O Error"
        case .suspended(.watchdog): "Watchdog"
        case .suspended(.apiError): "API error"
        case .suspended(.guestShutdown): "guest shutdown"
        case .started(.recreated), .stopped(.recreated): "Recreated"
        case .suspended(.postcopy), .resumed(.postcopy): "Post-copy"
        case .suspended(.postcopyFailed), .resumed(.postcopyFailed): "Post-copy Error"
        case .resumed(.unpaused): "Unpaused"
        case .stopped(.shutdown): "Shutdown"
        case .stopped(.destroyed): "Destroyed"
        case .stopped(.crashed): "Crashed"
        case .stopped(.saved): "Saved"
        case .stopped(.failed): "Failed"
        case .started(.migrated), .suspended(.migrated), .resumed(.migrated), .stopped(.migrated):
            "Migrated"
        case .started(.restored), .suspended(.restored): "Restored"
        case .defined(.fromSnapshot), .started(.fromSnapshot), .suspended(.fromSnapshot),
            .resumed(.fromSnapshot), .stopped(.fromSnapshot):
            "Snapshot"
        case .shutdown(.finished): "Finished"
        case .shutdown(.guest): "Finished after guest request"
        case .shutdown(.host): "Finished after host request"
        case .asleep(.memory): "Memory"
        case .asleep(.disk): "Disk"
        case .crashed(.panicked): "Panicked"
        case .crashed(.crashloaded): "Crashloaded"
        }
    }
}

extension DomainEvent.WatchdogAction: VirshNamed {
    /// virsh 9.0.0: `virshDomainEventWatchdog`.
    var name: String {
        switch self {
        case .nothing: "none"
        case .pause: "pause"
        case .reset: "reset"
        case .powerOff: "poweroff"
        case .shutdown: "shutdown"
        case .debug: "debug"
        case .injectNMI: "inject-nmi"
        }
    }
}

extension DomainEvent.IOErrorAction: VirshNamed {
    /// virsh 9.0.0: `virshDomainEventIOError`.
    var name: String {
        switch self {
        case .nothing: "none"
        case .pause: "pause"
        case .report: "report"
        }
    }
}

extension DomainEvent.GraphicsPhase: VirshNamed {
    /// virsh 9.0.0: `virshGraphicsPhase`.
    var name: String {
        switch self {
        case .connect: "connect"
        case .initialize: "initialize"
        case .disconnect: "disconnect"
        }
    }
}

extension DomainEvent.AddressFamily: VirshNamed {
    /// virsh 9.0.0: `virshGraphicsAddress`.
    var name: String {
        switch self {
        case .ipv4: "IPv4"
        case .ipv6: "IPv6"
        case .unix: "unix"
        }
    }
}

extension Domain.BlockJobStatus: VirshNamed {
    /// virsh 9.0.0: `virshDomainBlockJobStatus`.
    var name: String {
        switch self {
        case .completed: "completed"
        case .failed: "failed"
        case .canceled: "canceled"
        case .ready: "ready"
        }
    }
}

extension DomainEvent.DiskChangeReason: VirshNamed {
    /// virsh 9.0.0: `virshDomainEventDiskChange`.
    var name: String {
        switch self {
        case .changed: "changed"
        case .dropped: "dropped"
        }
    }
}

extension DomainEvent.TrayChange: VirshNamed {
    /// virsh 9.0.0: `virshDomainEventTrayChange`.
    var name: String {
        switch self {
        case .opened: "opened"
        case .closed: "closed"
        }
    }
}

extension DomainEvent.AgentState: VirshNamed {
    /// virsh 9.0.0: `virshEventAgentLifecycleState`.
    var name: String {
        switch self {
        case .unknown: "unknown"
        case .connected: "connected"
        case .disconnected: "disconnected"
        }
    }
}

extension DomainEvent.AgentReason: VirshNamed {
    /// virsh 9.0.0: `virshEventAgentLifecycleReason`.
    var name: String {
        switch self {
        case .unknown: "unknown"
        case .domainStarted: "domain started"
        case .channel: "channel event"
        }
    }
}

extension Domain.Metadata: VirshNamed {
    /// virsh 9.0.0: `virshEventMetadataChangeType`.
    var name: String {
        switch self {
        case .description: "description"
        case .title: "title"
        case .element: "element"
        }
    }
}

extension DomainEvent.FailureRecipient: VirshNamed {
    /// virsh 9.0.0: `virshEventMemoryFailureRecipientType`.
    var name: String {
        switch self {
        case .hypervisor: "hypervisor"
        case .guest: "guest"
        }
    }
}

extension DomainEvent.FailureAction: VirshNamed {
    /// virsh 9.0.0: `virshEventMemoryFailureActionType`.
    var name: String {
        switch self {
        case .ignore: "ignore"
        case .inject: "inject"
        case .fatal: "fatal"
        case .reset: "reset"
        }
    }
}
