import CLibvirt

extension Connection {
    /// Calls `handle` on one kind of event, a `virDomainEventID`, of a domain, or of any if
    /// `nil`. C: `virConnectDomainEventRegisterAny`.
    package func subscribe(
        to event: Int32, of domain: Domain?, _ handle: @escaping @Sendable (DomainEvent) -> Void
    ) throws(LibvirtError) -> EventSubscription {
        let context = EventHandler(handle).context
        let id = virConnectDomainEventRegisterAny(
            pointer, domain?.pointer, event, callback(of: event), context, releaseEventHandler)
        return try subscription(id, context) { virConnectDomainEventDeregisterAny($0, $1) }
    }
}

private func tell(
    _ domain: virDomainPtr?, _ kind: DomainEvent.Kind, _ context: UnsafeMutableRawPointer?
) {
    let name = virDomainGetName(domain).map { String(libvirt: $0) } ?? ""
    EventHandler.call(context, DomainEvent(domain: name, kind: kind))
}

private typealias Generic = virConnectDomainEventGenericCallback

/// The function that takes what libvirt tells of one kind of event: each has its own form, and
/// libvirt wants them cast to one.
private func callback(of event: Int32) -> Generic {
    switch UInt32(bitPattern: event) {
    case VIR_DOMAIN_EVENT_ID_LIFECYCLE.rawValue: lifecycle
    case VIR_DOMAIN_EVENT_ID_RTC_CHANGE.rawValue: clockChange
    case VIR_DOMAIN_EVENT_ID_WATCHDOG.rawValue: watchdog
    case VIR_DOMAIN_EVENT_ID_IO_ERROR.rawValue: ioError
    case VIR_DOMAIN_EVENT_ID_IO_ERROR_REASON.rawValue: ioErrorReason
    case VIR_DOMAIN_EVENT_ID_GRAPHICS.rawValue: graphics
    case VIR_DOMAIN_EVENT_ID_BLOCK_JOB.rawValue, VIR_DOMAIN_EVENT_ID_BLOCK_JOB_2.rawValue: blockJob
    case VIR_DOMAIN_EVENT_ID_DISK_CHANGE.rawValue: diskChange
    case VIR_DOMAIN_EVENT_ID_TRAY_CHANGE.rawValue: trayChange
    case VIR_DOMAIN_EVENT_ID_PMWAKEUP.rawValue, VIR_DOMAIN_EVENT_ID_PMSUSPEND.rawValue,
        VIR_DOMAIN_EVENT_ID_PMSUSPEND_DISK.rawValue:
        powerChange
    case VIR_DOMAIN_EVENT_ID_BALLOON_CHANGE.rawValue: balloon
    case VIR_DOMAIN_EVENT_ID_DEVICE_REMOVED.rawValue, VIR_DOMAIN_EVENT_ID_DEVICE_ADDED.rawValue,
        VIR_DOMAIN_EVENT_ID_DEVICE_REMOVAL_FAILED.rawValue:
        device
    case VIR_DOMAIN_EVENT_ID_TUNABLE.rawValue, VIR_DOMAIN_EVENT_ID_JOB_COMPLETED.rawValue:
        parameters
    case VIR_DOMAIN_EVENT_ID_AGENT_LIFECYCLE.rawValue: agent
    case VIR_DOMAIN_EVENT_ID_MIGRATION_ITERATION.rawValue: migrationIteration
    case VIR_DOMAIN_EVENT_ID_METADATA_CHANGE.rawValue: metadata
    case VIR_DOMAIN_EVENT_ID_BLOCK_THRESHOLD.rawValue: blockThreshold
    case VIR_DOMAIN_EVENT_ID_MEMORY_FAILURE.rawValue: memoryFailure
    case VIR_DOMAIN_EVENT_ID_MEMORY_DEVICE_SIZE_CHANGE.rawValue: memoryDeviceSize
    default: { _, domain, context in tell(domain, .plain, context) }
    }
}

private var lifecycle: Generic {
    let callback: virConnectDomainEventCallback = { _, domain, event, detail, context in
        tell(domain, .lifecycle(event: event, detail: detail), context)
        return 0
    }
    return unsafeBitCast(callback, to: Generic.self)
}

private var clockChange: Generic {
    let callback: virConnectDomainEventRTCChangeCallback = { _, domain, offset, context in
        tell(domain, .clockChange(secondsFromUTC: offset), context)
    }
    return unsafeBitCast(callback, to: Generic.self)
}

private var watchdog: Generic {
    let callback: virConnectDomainEventWatchdogCallback = { _, domain, action, context in
        tell(domain, .watchdog(action: action), context)
    }
    return unsafeBitCast(callback, to: Generic.self)
}

private var ioError: Generic {
    let callback: virConnectDomainEventIOErrorCallback = {
        _, domain, path, alias, action, context in
        let kind = DomainEvent.Kind.ioError(
            path: text(path), alias: text(alias), action: action, reason: nil)
        tell(domain, kind, context)
    }
    return unsafeBitCast(callback, to: Generic.self)
}

private var ioErrorReason: Generic {
    let callback: virConnectDomainEventIOErrorReasonCallback = {
        _, domain, path, alias, action, reason, context in
        let kind = DomainEvent.Kind.ioError(
            path: text(path), alias: text(alias), action: action, reason: text(reason))
        tell(domain, kind, context)
    }
    return unsafeBitCast(callback, to: Generic.self)
}

private var graphics: Generic {
    let callback: virConnectDomainEventGraphicsCallback = {
        _, domain, phase, local, remote, scheme, subject, context in
        let identities = (0..<Int(subject?.pointee.nidentity ?? 0)).compactMap { index in
            subject?.pointee.identities?[index]
        }
        let kind = DomainEvent.Kind.graphics(
            phase: phase, local: .init(local), remote: .init(remote), scheme: text(scheme),
            identities: identities.map { (text($0.type), text($0.name)) })
        tell(domain, kind, context)
    }
    return unsafeBitCast(callback, to: Generic.self)
}

private var blockJob: Generic {
    let callback: virConnectDomainEventBlockJobCallback = {
        _, domain, disk, type, status, context in
        tell(domain, .blockJob(disk: text(disk), type: type, status: status), context)
    }
    return unsafeBitCast(callback, to: Generic.self)
}

private var diskChange: Generic {
    let callback: virConnectDomainEventDiskChangeCallback = {
        _, domain, old, new, alias, reason, context in
        let kind = DomainEvent.Kind.diskChange(
            old: text(old), new: text(new), alias: text(alias), reason: reason)
        tell(domain, kind, context)
    }
    return unsafeBitCast(callback, to: Generic.self)
}

private var trayChange: Generic {
    let callback: virConnectDomainEventTrayChangeCallback = {
        _, domain, alias, reason, context in
        tell(domain, .trayChange(alias: text(alias), reason: reason), context)
    }
    return unsafeBitCast(callback, to: Generic.self)
}

private var powerChange: Generic {
    let callback: virConnectDomainEventPMWakeupCallback = { _, domain, _, context in
        tell(domain, .plain, context)
    }
    return unsafeBitCast(callback, to: Generic.self)
}

private var balloon: Generic {
    let callback: virConnectDomainEventBalloonChangeCallback = { _, domain, actual, context in
        tell(domain, .balloon(kiB: actual), context)
    }
    return unsafeBitCast(callback, to: Generic.self)
}

private var device: Generic {
    let callback: virConnectDomainEventDeviceRemovedCallback = { _, domain, alias, context in
        tell(domain, .device(alias: text(alias)), context)
    }
    return unsafeBitCast(callback, to: Generic.self)
}

private var parameters: Generic {
    let callback: virConnectDomainEventTunableCallback = { _, domain, array, count, context in
        tell(domain, .parameters([TypedParameter](array, count: count)), context)
    }
    return unsafeBitCast(callback, to: Generic.self)
}

private var agent: Generic {
    let callback: virConnectDomainEventAgentLifecycleCallback = {
        _, domain, state, reason, context in
        tell(domain, .agent(state: state, reason: reason), context)
    }
    return unsafeBitCast(callback, to: Generic.self)
}

private var migrationIteration: Generic {
    let callback: virConnectDomainEventMigrationIterationCallback = {
        _, domain, iteration, context in
        tell(domain, .migrationIteration(iteration), context)
    }
    return unsafeBitCast(callback, to: Generic.self)
}

private var metadata: Generic {
    let callback: virConnectDomainEventMetadataChangeCallback = {
        _, domain, type, uri, context in
        tell(domain, .metadata(type: type, uri: text(uri)), context)
    }
    return unsafeBitCast(callback, to: Generic.self)
}

private var blockThreshold: Generic {
    let callback: virConnectDomainEventBlockThresholdCallback = {
        _, domain, device, path, threshold, excess, context in
        let kind = DomainEvent.Kind.blockThreshold(
            device: text(device), path: text(path), threshold: threshold, excess: excess)
        tell(domain, kind, context)
    }
    return unsafeBitCast(callback, to: Generic.self)
}

private var memoryFailure: Generic {
    let callback: virConnectDomainEventMemoryFailureCallback = {
        _, domain, recipient, action, flags, context in
        let kind = DomainEvent.Kind.memoryFailure(
            recipient: recipient, action: action,
            required: flags & VIR_DOMAIN_MEMORY_FAILURE_ACTION_REQUIRED.rawValue != 0,
            recursive: flags & VIR_DOMAIN_MEMORY_FAILURE_RECURSIVE.rawValue != 0)
        tell(domain, kind, context)
    }
    return unsafeBitCast(callback, to: Generic.self)
}

private var memoryDeviceSize: Generic {
    let callback: virConnectDomainEventMemoryDeviceSizeChangeCallback = {
        _, domain, alias, size, context in
        tell(domain, .memoryDeviceSize(alias: text(alias), size: size), context)
    }
    return unsafeBitCast(callback, to: Generic.self)
}
