import CLibvirt

/// An event of something that has a name: a network, a pool, ...
package struct NamedEvent: Sendable {
    package let name: String
    /// What happened, an enumeration of its own for each kind; `nil` where only the kind says it.
    package let event: Int32?
}

extension Connection {
    /// Calls `handle` when a network (any, if `nil`) is defined, started...: a
    /// `virNetworkEventLifecycleType`. C: `virConnectNetworkEventRegisterAny`.
    package func subscribe(
        toNetwork network: Network?, _ handle: @escaping @Sendable (NamedEvent) -> Void
    ) throws(LibvirtError) -> EventSubscription {
        let callback: virConnectNetworkEventLifecycleCallback = { _, network, event, _, context in
            let name = lifecycleName(virNetworkGetName(network))
            EventHandler.call(context, NamedEvent(name: name, event: event))
        }
        let context = EventHandler(handle).context
        let id = virConnectNetworkEventRegisterAny(
            pointer, network?.pointer, Int32(VIR_NETWORK_EVENT_ID_LIFECYCLE.rawValue),
            unsafeBitCast(callback, to: virConnectNetworkEventGenericCallback.self), context,
            releaseEventHandler)
        return try subscription(id, context) { virConnectNetworkEventDeregisterAny($0, $1) }
    }

    /// Calls `handle` when a pool (any, if `nil`) changes: with a `virStoragePoolEventLifecycleType`,
    /// or where `refresh` is asked for, when it was refreshed.
    /// C: `virConnectStoragePoolEventRegisterAny`.
    package func subscribe(
        toPool pool: StoragePool?, refresh: Bool,
        _ handle: @escaping @Sendable (NamedEvent) -> Void
    ) throws(LibvirtError) -> EventSubscription {
        let lifecycle: virConnectStoragePoolEventLifecycleCallback = { _, pool, event, _, context in
            let name = lifecycleName(virStoragePoolGetName(pool))
            EventHandler.call(context, NamedEvent(name: name, event: event))
        }
        let generic: virConnectStoragePoolEventGenericCallback = { _, pool, context in
            let name = lifecycleName(virStoragePoolGetName(pool))
            EventHandler.call(context, NamedEvent(name: name, event: nil))
        }
        let context = EventHandler(handle).context
        let kind = refresh ? VIR_STORAGE_POOL_EVENT_ID_REFRESH : VIR_STORAGE_POOL_EVENT_ID_LIFECYCLE
        let id = virConnectStoragePoolEventRegisterAny(
            pointer, pool?.pointer, Int32(kind.rawValue),
            refresh
                ? generic
                : unsafeBitCast(lifecycle, to: virConnectStoragePoolEventGenericCallback.self),
            context, releaseEventHandler)
        return try subscription(id, context) { virConnectStoragePoolEventDeregisterAny($0, $1) }
    }

    /// Calls `handle` when a device (any, if `nil`) comes, goes, is defined...: a
    /// `virNodeDeviceEventLifecycleType`; or where `update` is asked for, when it changed.
    /// C: `virConnectNodeDeviceEventRegisterAny`.
    package func subscribe(
        toDevice device: NodeDevice?, update: Bool,
        _ handle: @escaping @Sendable (NamedEvent) -> Void
    ) throws(LibvirtError) -> EventSubscription {
        let lifecycle: virConnectNodeDeviceEventLifecycleCallback = {
            _, device, event, _, context in
            EventHandler.call(context, NamedEvent(name: eventName(of: device), event: event))
        }
        let generic: virConnectNodeDeviceEventGenericCallback = { _, device, context in
            EventHandler.call(context, NamedEvent(name: eventName(of: device), event: nil))
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

    /// Calls `handle`, with the UUID as the name, when a secret (any, if `nil`) is defined or
    /// undefined: a `virSecretEventLifecycleType`; or where `value` is asked for, when it got
    /// another value. C: `virConnectSecretEventRegisterAny`.
    package func subscribe(
        toSecret secret: Secret?, value: Bool,
        _ handle: @escaping @Sendable (NamedEvent) -> Void
    ) throws(LibvirtError) -> EventSubscription {
        let lifecycle: virConnectSecretEventLifecycleCallback = { _, secret, event, _, context in
            EventHandler.call(context, NamedEvent(name: eventUUID(of: secret), event: event))
        }
        let generic: virConnectSecretEventGenericCallback = { _, secret, context in
            EventHandler.call(context, NamedEvent(name: eventUUID(of: secret), event: nil))
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

private func lifecycleName(_ name: UnsafePointer<CChar>?) -> String {
    name.map { String(libvirt: $0) } ?? ""
}

private func eventName(of device: virNodeDevicePtr?) -> String {
    virNodeDeviceGetName(device).map { String(libvirt: $0) } ?? ""
}

private func eventUUID(of secret: virSecretPtr?) -> String {
    do throws(LibvirtError) {
        return try uuidText { (text) throws(LibvirtError) in
            try check(virSecretGetUUIDString(secret, text))
        }
    } catch {
        return ""
    }
}
