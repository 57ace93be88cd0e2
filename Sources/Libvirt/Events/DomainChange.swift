extension DomainEvent {
    /// What a lifecycle event reports. C: `virDomainEventType`.
    package enum Change: Int32, Sendable {
        case defined, undefined, started, suspended, resumed, stopped, shutdown
        /// The guest put itself to sleep. C: `VIR_DOMAIN_EVENT_PMSUSPENDED`.
        case asleep
        case crashed
    }

    /// Why a domain changed; each change has its own details.
    package enum ChangeDetail: Hashable, Sendable {
        case defined(DefinedDetail)
        case undefined(UndefinedDetail)
        case started(StartedDetail)
        case suspended(SuspendedDetail)
        case resumed(ResumedDetail)
        case stopped(StoppedDetail)
        case shutdown(ShutdownDetail)
        case asleep(AsleepDetail)
        case crashed(CrashedDetail)

        init?(number: Int32, of change: Change?) {
            let detail: ChangeDetail? =
                switch change {
                case .defined: DefinedDetail(rawValue: number).map { .defined($0) }
                case .undefined: UndefinedDetail(rawValue: number).map { .undefined($0) }
                case .started: StartedDetail(rawValue: number).map { .started($0) }
                case .suspended: SuspendedDetail(rawValue: number).map { .suspended($0) }
                case .resumed: ResumedDetail(rawValue: number).map { .resumed($0) }
                case .stopped: StoppedDetail(rawValue: number).map { .stopped($0) }
                case .shutdown: ShutdownDetail(rawValue: number).map { .shutdown($0) }
                case .asleep: AsleepDetail(rawValue: number).map { .asleep($0) }
                case .crashed: CrashedDetail(rawValue: number).map { .crashed($0) }
                case nil: nil
                }
            guard let detail else { return nil }
            self = detail
        }
    }

    /// C: `virDomainEventDefinedDetailType`.
    package enum DefinedDetail: Int32, Sendable {
        case added, updated, renamed, fromSnapshot
    }

    /// C: `virDomainEventUndefinedDetailType`.
    package enum UndefinedDetail: Int32, Sendable {
        case removed, renamed
    }

    /// C: `virDomainEventStartedDetailType`.
    package enum StartedDetail: Int32, Sendable {
        case booted, migrated, restored, fromSnapshot, wakeup
        /// C: `VIR_DOMAIN_EVENT_STARTED_RECREATED`, which libvirt 11.6 added.
        case recreated
    }

    /// C: `virDomainEventSuspendedDetailType`.
    package enum SuspendedDetail: Int32, Sendable {
        case paused, migrated, ioError, watchdog, restored, fromSnapshot, apiError, postcopy
        case postcopyFailed
        /// C: `VIR_DOMAIN_EVENT_SUSPENDED_GUEST_SHUTDOWN`, which libvirt 11.10 added.
        case guestShutdown
    }

    /// C: `virDomainEventResumedDetailType`.
    package enum ResumedDetail: Int32, Sendable {
        case unpaused, migrated, fromSnapshot, postcopy, postcopyFailed
    }

    /// C: `virDomainEventStoppedDetailType`.
    package enum StoppedDetail: Int32, Sendable {
        case shutdown, destroyed, crashed, migrated, saved, failed, fromSnapshot
        /// C: `VIR_DOMAIN_EVENT_STOPPED_RECREATED`, which libvirt 11.6 added.
        case recreated
    }

    /// C: `virDomainEventShutdownDetailType`.
    package enum ShutdownDetail: Int32, Sendable {
        case finished
        /// The guest asked for it. C: `VIR_DOMAIN_EVENT_SHUTDOWN_GUEST`.
        case guest
        /// The host asked for it. C: `VIR_DOMAIN_EVENT_SHUTDOWN_HOST`.
        case host
    }

    /// C: `virDomainEventPMSuspendedDetailType`.
    package enum AsleepDetail: Int32, Sendable {
        case memory, disk
    }

    /// C: `virDomainEventCrashedDetailType`.
    package enum CrashedDetail: Int32, Sendable {
        case panicked, crashloaded
    }
}
