import CLibvirt
import Policy

/// An event of an object that has a name: a network, a pool, a device or a secret.
package struct NamedEvent<Change: Sendable>: Sendable {
    /// The object's name, a secret's UUID; empty if libvirt cannot name it.
    package let name: String
    /// What happened; `nil` for other events than lifecycle events, and if libvirt reports a change
    /// that is not known here.
    package let change: Change?
}

extension Network {
    /// C: `virNetworkEventLifecycleType`.
    package enum Change: Int32, Sendable {
        case defined, undefined, started, stopped
    }
}

extension StoragePool {
    /// C: `virStoragePoolEventLifecycleType`.
    package enum Change: Int32, Sendable {
        case defined, undefined, started, stopped, created, deleted
    }
}

extension NodeDevice {
    /// C: `virNodeDeviceEventLifecycleType`.
    package enum Change: Int32, Sendable {
        case created, deleted, defined, undefined
    }
}

extension Secret {
    /// C: `virSecretEventLifecycleType`.
    package enum Change: Int32, Sendable {
        case defined, undefined
    }
}

// All handlers run on the event loop's thread.

extension Connection {
    /// Calls `handle` when a network (any, if `nil`) is defined, started, ...
    /// C: `virConnectNetworkEventRegisterAny`.
    package func subscribe(
        toNetwork network: Network?,
        _ handle: @escaping @Sendable (NamedEvent<Network.Change>) -> Void
    ) throws(LibvirtError) -> EventSubscription {
        let callback: virConnectNetworkEventLifecycleCallback = { _, network, event, _, context in
            deliver(virNetworkGetName(network), Network.Change(rawValue: event), to: context)
        }
        let policy = policy
        let context = EventHandler { (event: NamedEvent<Network.Change>) in
            if policy.shows(network: event.name) { handle(event) }
        }.context
        let id = virConnectNetworkEventRegisterAny(
            pointer, network?.pointer, Int32(VIR_NETWORK_EVENT_ID_LIFECYCLE.rawValue),
            // C: the macro `VIR_NETWORK_EVENT_CALLBACK`; the kind decides to what libvirt casts it
            // back.
            unsafeBitCast(callback, to: virConnectNetworkEventGenericCallback.self), context,
            releaseEventHandler)
        return try subscription(id, context) { virConnectNetworkEventDeregisterAny($0, $1) }
    }

    /// Calls `handle` with the network's name when its title, description or metadata changes.
    /// C: `virConnectNetworkEventRegisterAny` with `VIR_NETWORK_EVENT_ID_METADATA_CHANGE`.
    package func subscribe(
        toMetadataOf network: Network?,
        _ handle: @escaping @Sendable (_ name: String, Domain.Metadata?, _ uri: String?) -> Void
    ) throws(LibvirtError) -> EventSubscription {
        typealias Change = (name: String, kind: Int32, uri: String?)
        // C: virConnectNetworkEventMetadataChangeCallback, which is newer than the headers.
        let callback:
            @convention(c) (
                virConnectPtr?, virNetworkPtr?, Int32, UnsafePointer<CChar>?,
                UnsafeMutableRawPointer?
            ) -> Void = { _, network, kind, uri, context in
                let name = text(virNetworkGetName(network)) ?? ""
                EventHandler.call(context, (name: name, kind: kind, uri: text(uri)) as Change)
            }
        let policy = policy
        let context = EventHandler { (change: Change) in
            guard policy.shows(network: change.name) else { return }
            handle(change.name, Domain.Metadata(rawValue: change.kind), change.uri)
        }.context
        let id = virConnectNetworkEventRegisterAny(
            pointer, network?.pointer, 1,
            unsafeBitCast(callback, to: virConnectNetworkEventGenericCallback.self), context,
            releaseEventHandler)
        return try subscription(id, context) { virConnectNetworkEventDeregisterAny($0, $1) }
    }

    /// Calls `handle` when a pool (any, if `nil`) is defined, started, ..., or with `refresh`
    /// instead when it was refreshed. C: `virConnectStoragePoolEventRegisterAny`.
    package func subscribe(
        toPool pool: StoragePool?, refresh: Bool,
        _ handle: @escaping @Sendable (NamedEvent<StoragePool.Change>) -> Void
    ) throws(LibvirtError) -> EventSubscription {
        let lifecycle: virConnectStoragePoolEventLifecycleCallback = { _, pool, event, _, context in
            deliver(virStoragePoolGetName(pool), StoragePool.Change(rawValue: event), to: context)
        }
        // An event without details already has the generic type, and needs no cast.
        let generic: virConnectStoragePoolEventGenericCallback = { _, pool, context in
            deliver(virStoragePoolGetName(pool), nil as StoragePool.Change?, to: context)
        }
        let policy = policy
        let context = EventHandler { (event: NamedEvent<StoragePool.Change>) in
            if policy.access(toPool: event.name) != nil { handle(event) }
        }.context
        let kind = refresh ? VIR_STORAGE_POOL_EVENT_ID_REFRESH : VIR_STORAGE_POOL_EVENT_ID_LIFECYCLE
        let id = virConnectStoragePoolEventRegisterAny(
            pointer, pool?.pointer, Int32(kind.rawValue),
            refresh
                ? generic
                : unsafeBitCast(lifecycle, to: virConnectStoragePoolEventGenericCallback.self),
            context, releaseEventHandler)
        return try subscription(id, context) { virConnectStoragePoolEventDeregisterAny($0, $1) }
    }

    /// Calls `handle` when a device (any, if `nil`) is created, deleted, ..., or with `update`
    /// instead when it changed. C: `virConnectNodeDeviceEventRegisterAny`.
    package func subscribe(
        toDevice device: NodeDevice?, update: Bool,
        _ handle: @escaping @Sendable (NamedEvent<NodeDevice.Change>) -> Void
    ) throws(LibvirtError) -> EventSubscription {
        let lifecycle: virConnectNodeDeviceEventLifecycleCallback = {
            _, device, event, _, context in
            deliver(virNodeDeviceGetName(device), NodeDevice.Change(rawValue: event), to: context)
        }
        let generic: virConnectNodeDeviceEventGenericCallback = { _, device, context in
            deliver(virNodeDeviceGetName(device), nil as NodeDevice.Change?, to: context)
        }
        let context = EventHandler(handle).context
        let kind = update ? VIR_NODE_DEVICE_EVENT_ID_UPDATE : VIR_NODE_DEVICE_EVENT_ID_LIFECYCLE
        let id = virConnectNodeDeviceEventRegisterAny(
            pointer, device?.pointer, Int32(kind.rawValue),
            update
                ? generic
                : unsafeBitCast(lifecycle, to: virConnectNodeDeviceEventGenericCallback.self),
            context, releaseEventHandler)
        return try subscription(id, context) { virConnectNodeDeviceEventDeregisterAny($0, $1) }
    }

    /// Calls `handle` when a secret (any, if `nil`) is defined or undefined, or with `value`
    /// instead when its value changed. The event's name is the secret's UUID.
    /// C: `virConnectSecretEventRegisterAny`.
    package func subscribe(
        toSecret secret: Secret?, value: Bool,
        _ handle: @escaping @Sendable (NamedEvent<Secret.Change>) -> Void
    ) throws(LibvirtError) -> EventSubscription {
        let lifecycle: virConnectSecretEventLifecycleCallback = { _, secret, event, _, context in
            deliver(uuid(of: secret), Secret.Change(rawValue: event), to: context)
        }
        let generic: virConnectSecretEventGenericCallback = { _, secret, context in
            deliver(uuid(of: secret), nil as Secret.Change?, to: context)
        }
        let context = EventHandler(handle).context
        let kind = value ? VIR_SECRET_EVENT_ID_VALUE_CHANGED : VIR_SECRET_EVENT_ID_LIFECYCLE
        let id = virConnectSecretEventRegisterAny(
            pointer, secret?.pointer, Int32(kind.rawValue),
            value
                ? generic
                : unsafeBitCast(lifecycle, to: virConnectSecretEventGenericCallback.self),
            context, releaseEventHandler)
        return try subscription(id, context) { virConnectSecretEventDeregisterAny($0, $1) }
    }
}

private func deliver<Change: Sendable>(
    _ name: UnsafePointer<CChar>?, _ change: Change?, to context: UnsafeMutableRawPointer?
) {
    deliver(text(name) ?? "", change, to: context)
}

private func deliver<Change: Sendable>(
    _ name: String, _ change: Change?, to context: UnsafeMutableRawPointer?
) {
    EventHandler.call(context, NamedEvent(name: name, change: change))
}

private func uuid(of secret: virSecretPtr?) -> String {
    do throws(LibvirtError) {
        return try uuidText { (text) throws(LibvirtError) in
            try check(virSecretGetUUIDString(secret, text))
        }
    } catch {
        return ""
    }
}
