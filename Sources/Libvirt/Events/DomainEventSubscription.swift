import CLibvirt
import Policy

extension Connection {
    /// Calls `handle` for one kind of event of a domain, or of all domains if `domain` is `nil`.
    /// `handle` runs on the event loop's thread. C: `virConnectDomainEventRegisterAny`.
    package func subscribe(
        to kind: DomainEvent.Kind, of domain: Domain?,
        _ handle: @escaping @Sendable (DomainEvent) -> Void
    ) throws(LibvirtError) -> EventSubscription {
        let policy = policy
        let handler: @Sendable (DomainEvent) -> Void = { event in
            if policy.shows(domain: event.domain) { handle(event) }
        }
        // libvirt takes its own reference to the domain, so `domain` may be released afterwards.
        let register = { (context: UnsafeMutableRawPointer) in
            virConnectDomainEventRegisterAny(
                self.pointer, domain?.pointer, kind.rawValue, callback(for: kind), context,
                releaseEventHandler)
        }
        guard hasDaemon else {
            return try localEvents.subscribe(
                self, to: kind, of: domain, handler, register: register)
        }
        let context = EventHandler(handler).context
        let id = register(context)
        return try subscription(id, context) { virConnectDomainEventDeregisterAny($0, $1) }
    }
}

private func deliver(
    _ details: DomainEvent.Details, of domain: virDomainPtr?, to context: UnsafeMutableRawPointer?
) {
    // All arguments of a callback are valid only during the call, so every text is copied here.
    let name = text(virDomainGetName(domain)) ?? ""
    EventHandler.call(context, DomainEvent(domain: name, details: details))
}

private typealias Generic = virConnectDomainEventGenericCallback

/// The C function for one kind of event. Each kind has its own parameters; libvirt wants all of
/// them cast to one type and casts them back by the kind, so a wrong pair here is undefined
/// behavior.
private func callback(for kind: DomainEvent.Kind) -> Generic {
    switch kind {
    case .lifecycle: lifecycle
    case .clockChange: clockChange
    case .watchdog: watchdog
    case .ioError: ioError
    case .ioErrorReason: ioErrorReason
    case .graphics: graphics
    case .blockJob, .blockJob2: blockJob
    case .diskChange: diskChange
    case .trayChange: trayChange
    case .wakeup, .suspend, .suspendToDisk: powerChange
    case .balloonChange: balloon
    case .deviceRemoved, .deviceAdded, .deviceRemovalFailed: device
    case .tunable, .jobCompleted: parameters
    case .agentLifecycle: agent
    case .migrationIteration: migrationIteration
    case .metadataChange: metadata
    case .blockThreshold: blockThreshold
    case .memoryFailure: memoryFailure
    case .memoryDeviceSizeChange: memoryDeviceSize
    case .macChange: macChange
    case .vcpuRemoved: vcpuRemoved
    case .channelLifecycle: channel
    case .reboot, .controlError: { _, domain, context in deliver(.plain, of: domain, to: context) }
    }
}

private var lifecycle: Generic {
    let callback: virConnectDomainEventCallback = { _, domain, event, detail, context in
        let change = DomainEvent.Change(rawValue: event)
        let details = DomainEvent.Details.lifecycle(
            change, detail: .init(number: detail, of: change))
        deliver(details, of: domain, to: context)
        // libvirt ignores the result.
        return 0
    }
    // C: the macro `VIR_DOMAIN_EVENT_CALLBACK`. Valid because libvirt casts back before calling.
    return unsafeBitCast(callback, to: Generic.self)
}

private var clockChange: Generic {
    let callback: virConnectDomainEventRTCChangeCallback = { _, domain, offset, context in
        deliver(.clockChange(secondsFromUTC: offset), of: domain, to: context)
    }
    return unsafeBitCast(callback, to: Generic.self)
}

private var watchdog: Generic {
    let callback: virConnectDomainEventWatchdogCallback = { _, domain, action, context in
        deliver(.watchdog(.init(rawValue: action)), of: domain, to: context)
    }
    return unsafeBitCast(callback, to: Generic.self)
}

private var ioError: Generic {
    let callback: virConnectDomainEventIOErrorCallback = {
        _, domain, path, alias, action, context in
        let details = DomainEvent.Details.ioError(
            path: text(path), alias: text(alias), action: .init(rawValue: action), reason: nil)
        deliver(details, of: domain, to: context)
    }
    return unsafeBitCast(callback, to: Generic.self)
}

private var ioErrorReason: Generic {
    let callback: virConnectDomainEventIOErrorReasonCallback = {
        _, domain, path, alias, action, reason, context in
        let details = DomainEvent.Details.ioError(
            path: text(path), alias: text(alias), action: .init(rawValue: action),
            reason: text(reason))
        deliver(details, of: domain, to: context)
    }
    return unsafeBitCast(callback, to: Generic.self)
}

private var graphics: Generic {
    let callback: virConnectDomainEventGraphicsCallback = {
        _, domain, phase, local, remote, scheme, subject, context in
        let identities = (0..<Int(subject?.pointee.nidentity ?? 0)).compactMap { index in
            subject?.pointee.identities?[index]
        }
        let details = DomainEvent.Details.graphics(
            .init(rawValue: phase), local: .init(local), remote: .init(remote),
            scheme: text(scheme), identities: identities.map { (text($0.type), text($0.name)) })
        deliver(details, of: domain, to: context)
    }
    return unsafeBitCast(callback, to: Generic.self)
}

extension DomainEvent.Address {
    init(_ address: UnsafePointer<virDomainEventGraphicsAddress>?) {
        family = address.flatMap { .init(rawValue: $0.pointee.family) }
        node = text(address?.pointee.node)
        service = text(address?.pointee.service)
    }
}

private var blockJob: Generic {
    let callback: virConnectDomainEventBlockJobCallback = {
        _, domain, disk, type, status, context in
        let details = DomainEvent.Details.blockJob(
            disk: text(disk), .init(rawValue: type), .init(rawValue: status))
        deliver(details, of: domain, to: context)
    }
    return unsafeBitCast(callback, to: Generic.self)
}

private var diskChange: Generic {
    let callback: virConnectDomainEventDiskChangeCallback = {
        _, domain, old, new, alias, reason, context in
        let details = DomainEvent.Details.diskChange(
            old: text(old), new: text(new), alias: text(alias), reason: .init(rawValue: reason))
        deliver(details, of: domain, to: context)
    }
    return unsafeBitCast(callback, to: Generic.self)
}

private var trayChange: Generic {
    let callback: virConnectDomainEventTrayChangeCallback = {
        _, domain, alias, reason, context in
        let details = DomainEvent.Details.trayChange(
            alias: text(alias), .init(rawValue: reason))
        deliver(details, of: domain, to: context)
    }
    return unsafeBitCast(callback, to: Generic.self)
}

/// For three kinds, whose callbacks have the same parameters; the reason is always 0.
private var powerChange: Generic {
    let callback: virConnectDomainEventPMWakeupCallback = { _, domain, _, context in
        deliver(.plain, of: domain, to: context)
    }
    return unsafeBitCast(callback, to: Generic.self)
}

private var balloon: Generic {
    let callback: virConnectDomainEventBalloonChangeCallback = { _, domain, actual, context in
        deliver(.balloon(kiB: actual), of: domain, to: context)
    }
    return unsafeBitCast(callback, to: Generic.self)
}

/// For three kinds, whose callbacks have the same parameters.
private var device: Generic {
    let callback: virConnectDomainEventDeviceRemovedCallback = { _, domain, alias, context in
        deliver(.device(alias: text(alias)), of: domain, to: context)
    }
    return unsafeBitCast(callback, to: Generic.self)
}

/// For two kinds, whose callbacks have the same parameters. libvirt frees the array.
private var parameters: Generic {
    let callback: virConnectDomainEventTunableCallback = { _, domain, array, count, context in
        let details = DomainEvent.Details.parameters([TypedParameter](array, count: count))
        deliver(details, of: domain, to: context)
    }
    return unsafeBitCast(callback, to: Generic.self)
}

private var agent: Generic {
    let callback: virConnectDomainEventAgentLifecycleCallback = {
        _, domain, state, reason, context in
        let details = DomainEvent.Details.agent(
            .init(rawValue: state), reason: .init(rawValue: reason))
        deliver(details, of: domain, to: context)
    }
    return unsafeBitCast(callback, to: Generic.self)
}

private var migrationIteration: Generic {
    let callback: virConnectDomainEventMigrationIterationCallback = {
        _, domain, iteration, context in
        deliver(.migrationIteration(iteration), of: domain, to: context)
    }
    return unsafeBitCast(callback, to: Generic.self)
}

private var metadata: Generic {
    let callback: virConnectDomainEventMetadataChangeCallback = {
        _, domain, type, uri, context in
        let details = DomainEvent.Details.metadata(.init(rawValue: type), uri: text(uri))
        deliver(details, of: domain, to: context)
    }
    return unsafeBitCast(callback, to: Generic.self)
}

private var blockThreshold: Generic {
    let callback: virConnectDomainEventBlockThresholdCallback = {
        _, domain, device, path, threshold, excess, context in
        let details = DomainEvent.Details.blockThreshold(
            device: text(device), path: text(path), threshold: threshold, excess: excess)
        deliver(details, of: domain, to: context)
    }
    return unsafeBitCast(callback, to: Generic.self)
}

private var memoryFailure: Generic {
    let callback: virConnectDomainEventMemoryFailureCallback = {
        _, domain, recipient, action, flags, context in
        let details = DomainEvent.Details.memoryFailure(
            .init(rawValue: recipient), action: .init(rawValue: action),
            required: flags & VIR_DOMAIN_MEMORY_FAILURE_ACTION_REQUIRED.rawValue != 0,
            recursive: flags & VIR_DOMAIN_MEMORY_FAILURE_RECURSIVE.rawValue != 0)
        deliver(details, of: domain, to: context)
    }
    return unsafeBitCast(callback, to: Generic.self)
}

private var memoryDeviceSize: Generic {
    let callback: virConnectDomainEventMemoryDeviceSizeChangeCallback = {
        _, domain, alias, size, context in
        deliver(.memoryDeviceSize(alias: text(alias), size: size), of: domain, to: context)
    }
    return unsafeBitCast(callback, to: Generic.self)
}

// The types of the following callbacks are newer than the headers.

private typealias Text = UnsafePointer<CChar>
private typealias Context = UnsafeMutableRawPointer

private var macChange: Generic {
    // C: virConnectDomainEventNICMACChangeCallback
    let callback:
        @convention(c) (virConnectPtr?, virDomainPtr?, Text?, Text?, Text?, Context?) -> Void = {
            _, domain, alias, old, new, context in
            let details = DomainEvent.Details.macChange(
                alias: text(alias), old: text(old), new: text(new))
            deliver(details, of: domain, to: context)
        }
    return unsafeBitCast(callback, to: Generic.self)
}

private var vcpuRemoved: Generic {
    // C: virConnectDomainEventVcpuRemovedCallback
    let callback: @convention(c) (virConnectPtr?, virDomainPtr?, UInt32, Context?) -> Void = {
        _, domain, vcpu, context in
        deliver(.vcpuRemoved(vcpu), of: domain, to: context)
    }
    return unsafeBitCast(callback, to: Generic.self)
}

private var channel: Generic {
    // C: virConnectDomainEventChannelLifecycleCallback
    let callback:
        @convention(c) (virConnectPtr?, virDomainPtr?, Text?, Int32, Int32, Context?) -> Void = {
            _, domain, name, state, reason, context in
            let details = DomainEvent.Details.channel(
                name: text(name), .init(rawValue: state), reason: .init(rawValue: reason))
            deliver(details, of: domain, to: context)
        }
    return unsafeBitCast(callback, to: Generic.self)
}
