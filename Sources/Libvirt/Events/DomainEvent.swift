import CLibvirt

/// Something that happened to a domain.
package struct DomainEvent: Sendable {
    package let domain: String
    package let kind: Kind

    /// What happened; numbers are libvirt's enumerations, texts `nil` where libvirt gave none.
    package enum Kind: Sendable {
        /// The registered event says it all: a reboot, a control error, a change of power.
        case plain
        case lifecycle(event: Int32, detail: Int32)
        case clockChange(secondsFromUTC: Int64)
        case watchdog(action: Int32)
        case ioError(path: String?, alias: String?, action: Int32, reason: String?)
        case graphics(
            phase: Int32, local: Address, remote: Address, scheme: String?,
            identities: [(type: String?, name: String?)])
        case blockJob(disk: String?, type: Int32, status: Int32)
        case diskChange(old: String?, new: String?, alias: String?, reason: Int32)
        case trayChange(alias: String?, reason: Int32)
        case balloon(kiB: UInt64)
        case device(alias: String?)
        case parameters([TypedParameter])
        case agent(state: Int32, reason: Int32)
        case migrationIteration(Int32)
        case metadata(type: Int32, uri: String?)
        case blockThreshold(device: String?, path: String?, threshold: UInt64, excess: UInt64)
        case memoryFailure(recipient: Int32, action: Int32, required: Bool, recursive: Bool)
        case memoryDeviceSize(alias: String?, size: UInt64)
    }

    /// One end of a connection to a screen. C: `virDomainEventGraphicsAddress`.
    package struct Address: Sendable {
        package let family: Int32
        package let node: String?
        package let service: String?

        init(_ address: UnsafePointer<virDomainEventGraphicsAddress>?) {
            family = address?.pointee.family ?? -1
            node = text(address?.pointee.node)
            service = text(address?.pointee.service)
        }
    }
}

extension DomainEvent {
    /// A kind to subscribe to, a `virDomainEventID`: started, stopped, defined...
    package static let lifecycle = Int32(bitPattern: VIR_DOMAIN_EVENT_ID_LIFECYCLE.rawValue)

    /// What a lifecycle event is about, a `virDomainEventType`.
    package struct Lifecycle: Equatable, Sendable {
        private let rawValue: Int32
        package init(rawValue: Int32) { self.rawValue = rawValue }
        private init(_ type: virDomainEventType) { rawValue = Int32(bitPattern: type.rawValue) }
        package static let defined = Self(VIR_DOMAIN_EVENT_DEFINED)
        package static let undefined = Self(VIR_DOMAIN_EVENT_UNDEFINED)
        package static let started = Self(VIR_DOMAIN_EVENT_STARTED)
        package static let stopped = Self(VIR_DOMAIN_EVENT_STOPPED)
        package static let crashed = Self(VIR_DOMAIN_EVENT_CRASHED)
    }

    /// What a lifecycle event is about; `nil` for other events.
    package var lifecycle: Lifecycle? {
        guard case .lifecycle(let event, _) = kind else { return nil }
        return Lifecycle(rawValue: event)
    }

    /// Kinds to subscribe to, each a `virDomainEventID`: a disk's job, which is told with the
    /// disk's path and with its target.
    package static let blockJobs = [VIR_DOMAIN_EVENT_ID_BLOCK_JOB, VIR_DOMAIN_EVENT_ID_BLOCK_JOB_2]
        .map { Int32(bitPattern: $0.rawValue) }
    /// Another round of sending memory.
    package static let migrationIteration = Int32(
        bitPattern: VIR_DOMAIN_EVENT_ID_MIGRATION_ITERATION.rawValue)
}
